import pytest

from bot.sla.policy import Book


@pytest.fixture(scope="session")
def book() -> Book:
    return Book.load()
