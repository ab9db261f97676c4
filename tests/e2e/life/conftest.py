"""A real demo in a process of its own, and windows that look at it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser

from tests.e2e.life.window import DESKTOP, Looks, Window
from tests.e2e.process.desk import CASEBELL, ROOT, Desk


class Open(Protocol):
    """Opens a window of its own for a person."""

    def __call__(self, person: str, conversation: str | None = None, looks: Looks = DESKTOP) -> Window: ...


def start_demo(folder: Path) -> Desk:
    """Start the demo on any port, its data in `folder`."""
    settings = {"DATABASE_URL": f"sqlite:///{folder}/demo.db", "CASEBELL_CONFIG": str(ROOT / "demo")}
    return Desk.start(*CASEBELL, "demo", "--port", "0", folder=folder, **settings)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a demo for the tests of one file, and return its address."""
    desk = start_demo(tmp_path_factory.mktemp("demo"))
    yield desk.address.rstrip("/")
    desk.kill()


@pytest.fixture
def open_as(browser: Browser, demo: str) -> Iterator[Open]:
    """Open windows; whatever goes wrong in any of them fails the test."""
    windows: list[Window] = []

    def opened(person: str, conversation: str | None = None, looks: Looks = DESKTOP) -> Window:
        windows.append(Window(browser, demo, looks))
        windows[-1].open(person, conversation)
        return windows[-1]

    yield opened
    assert [fault for window in windows for fault in window.close()] == []
