from bot.logs import without_words


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
