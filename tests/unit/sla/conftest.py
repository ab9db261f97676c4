import pytest

from bot.sla.book import Book


@pytest.fixture(scope="session")
def book() -> Book:
    return Book.load()
