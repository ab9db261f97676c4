"""What holds for every test: no setting of this machine leaks in, and nothing leaves it."""

import os
import tempfile
from pathlib import Path

import pytest
import structlog

TESTS = Path(__file__).parent
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
MAY_USE_LOOPBACK = ("e2e", "contract")
OURS = ("CASEBELL_", "SLACK_", "DINGTALK_")

_runtime_dir = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    for name in list(os.environ):
        if name.startswith(OURS) or name in {"DATABASE_URL", "COLUMNS"}:
            del os.environ[name]
    # A fault expected a hundred times must not be drawn a hundred times with everything that was in reach.
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])
    if "XDG_RUNTIME_DIR" not in os.environ:
        # The PostgreSQL the tests start warns without one, and warnings are errors.
        directory = tempfile.TemporaryDirectory(prefix="casebell-tests-")
        config.stash[_runtime_dir] = directory
        os.environ["XDG_RUNTIME_DIR"] = directory.name


def pytest_unconfigure(config: pytest.Config) -> None:
    if directory := config.stash.get(_runtime_dir, None):
        directory.cleanup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in MAY_USE_LOOPBACK:
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
        if folder == "e2e":
            item.add_marker(pytest.mark.e2e)
