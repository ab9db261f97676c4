import pytest

from bot.directory.loader import load_directory
from bot.directory.lookup import Directory
from bot.notify.texts import Texts
from tests.fakes.reception import DEMO
from tests.unit.platforms.slack.places import on_slack


@pytest.fixture(scope="session")
def directory() -> Directory:
    return on_slack(load_directory(DEMO))


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()
