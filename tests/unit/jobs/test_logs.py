import subprocess
import sys

import pytest

from bot.logs import without_words

FAILING = """
import logging
import structlog
from bot.logs import start_logs

start_logs(readable={readable}, level=logging.INFO)
try:
    int("what somebody wrote")
except ValueError:
    structlog.get_logger().exception("It failed.", row=7)
    logging.getLogger("uvicorn.error").exception("It failed there.")
"""


def failed() -> ValueError:
    try:
        int("what somebody wrote")
    except ValueError as error:
        error.__cause__ = LookupError("what somebody wrote")
        return error
    raise AssertionError


def test_an_error_is_logged_with_its_place_but_without_its_words() -> None:
    event = without_words(None, "error", {"event": "An event could not be handled.", "exc_info": failed()})

    assert "wrote" not in str(event)
    assert event["error"] == ["ValueError", "LookupError"]
    assert __file__ in event["where"][0]


def test_an_event_without_an_error_stays_as_it_is() -> None:
    assert without_words(None, "info", {"event": "Started."}) == {"event": "Started."}


@pytest.mark.parametrize("readable", [True, False])
def test_no_form_of_the_logs_repeats_what_an_error_quotes(readable: bool) -> None:
    program = FAILING.format(readable=readable)
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stderr

    assert "It failed." in said
    assert "It failed there." in said
    assert "ValueError" in said
    assert "wrote" not in said
