import pytest

from bot.directory.loader import load_directory
from bot.directory.lookup import Directory
from bot.notify.texts import Texts
from bot.sla.book import Book
from tests.golden.gallery import ROOT


@pytest.fixture(scope="session")
def book() -> Book:
    return Book.load()


@pytest.fixture(scope="session")
def directory() -> Directory:
    return load_directory(ROOT / "demo" / "directory.yaml")


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()
