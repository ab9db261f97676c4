"""Messages as plain text."""

from bot.core.message import (
    Bold,
    Bullets,
    Button,
    Buttons,
    Code,
    Field,
    Fields,
    Link,
    Mention,
    Message,
    Paragraph,
    Quote,
)
from bot.core.people import PlatformName, Sender
from bot.notify.plain import plain

EVERYTHING = Message(
    title=("Title ", Bold("bold")),
    blocks=(
        Paragraph((Mention(Sender(PlatformName("local"), "u", "Li")), " ", Code("show 7"))),
        Quote("one\n\ntwo"),
        Fields((Field("Owner", ("Li",)), Field("负责人", ("李",)))),
        Bullets((("a",), (Link("b", "https://example.com"),))),
        Buttons((Button(label="Yes", verb="confirm"), Button(label="No", verb="reopen"))),
    ),
)


def test_every_block_and_span_has_its_plain_form() -> None:
    assert plain(EVERYTHING) == (
        "Title bold",
        "@Li show 7",
        "> one",
        ">",
        "> two",
        "Owner: Li",
        "负责人：李",
        "- a",
        "- b (https://example.com)",
        "[Yes] [No]",
    )


def test_a_letter_has_no_buttons() -> None:
    assert plain(EVERYTHING, buttons=False) == plain(EVERYTHING)[:-1]


def test_a_message_without_a_title_begins_with_its_first_block() -> None:
    assert plain(Message(blocks=(Quote("hi"),))) == ("> hi",)
