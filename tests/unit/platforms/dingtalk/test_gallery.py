"""Every message of the desk, as it stands on DingTalk in both languages."""

import re

import pytest

from bot.core.message import Bullets, Buttons, Code, Message
from bot.core.people import Language
from bot.directory.lookup import Directory
from bot.handlers.parser import head
from bot.handlers.usage import VERBS
from bot.notify.cards import CLARIFY, DISPUTE
from bot.notify.plain import plain
from bot.notify.texts import Texts
from bot.platforms.dingtalk.layout import together
from bot.platforms.dingtalk.render import Drawn, parts
from bot.platforms.dingtalk.typed import Reader, language_of, typed
from bot.sla.book import Book
from tests.fakes.dingtalk.markdown import complaints, shown
from tests.golden.gallery import Gallery


@pytest.fixture(scope="module", params=Language)
def messages(
    request: pytest.FixtureRequest, directory: Directory, texts: Texts
) -> tuple[Language, list[tuple[str, Message]]]:
    lang: Language = request.param
    return lang, list(Gallery(lang, directory, Book.load(), texts).messages())


def drawn(message: Message, reader: Reader) -> list[Drawn]:
    return [part.drawn(rings=True) for part in parts(message, reader)]


def read(text: str) -> list[str]:
    """Return what people read of a text, without the signs they do not see."""
    bare = text.replace("\u200b", "").replace("\u00a0", " ")
    return [" ".join(line.split()) for line in bare.splitlines() if line.strip()]


@pytest.mark.parametrize("direct", [True, False], ids=["alone", "group"])
def test_all_of_it_is_shown(
    messages: tuple[Language, list[tuple[str, Message]]], texts: Texts, direct: bool
) -> None:
    for name, message in messages[1]:
        reader = Reader(texts=texts, direct=direct, staff=True)
        blocks = tuple(
            instead
            for block in together(message.blocks)
            for instead in (
                typed(block, language_of(message), reader) if isinstance(block, Buttons) else (block,)
            )
        )
        wanted = read("\n".join(plain(Message(title=message.title, blocks=blocks))))

        found = drawn(message, reader)

        assert [complaint for each in found for complaint in complaints(each.text)] == [], name
        seen = [line for each in found for line in read(shown(each.text) if each.formatted else each.text)]
        assert seen == [re.sub(r"^(> ?|- )", "", line) for line in wanted if line != ">"], name


def test_what_to_type_is_told_once(
    messages: tuple[Language, list[tuple[str, Message]]], texts: Texts
) -> None:
    card = next(message for name, message in messages[1] if name.startswith("engineer card"))

    found = "\n".join(part.text for part in drawn(card, Reader(texts=texts, direct=False, staff=True)))

    assert sum(isinstance(block, Buttons) for block in card.blocks) > 1
    assert found.count("我并写其中一行" if messages[0] is Language.ZH else "Mention me and write") == 1


def test_what_is_typed_is_in_the_messages_own_language(
    messages: tuple[Language, list[tuple[str, Message]]],
) -> None:
    lang, gallery = messages
    pressed = [
        (name, language_of(message))
        for name, message in gallery
        if any(isinstance(block, Buttons) for block in message.blocks)
    ]

    assert pressed
    assert [name for name, found in pressed if found is not lang] == []


def test_what_is_typed_means_what_would_be_pressed(
    messages: tuple[Language, list[tuple[str, Message]]], texts: Texts
) -> None:
    lang, gallery = messages
    reader = Reader(texts=texts, direct=False, staff=True)
    buttons = {
        button
        for _, message in gallery
        for block in message.blocks
        if isinstance(block, Buttons)
        for button in block.buttons
    }

    for button in buttons:
        shown_instead = typed(Buttons((button,)), lang, reader)
        lines = [line for block in shown_instead if isinstance(block, Bullets) for line in block.lines]
        forms = [span.text for line in lines for span in line if isinstance(span, Code)]
        for form in forms if button.verb in VERBS else ():
            found = head(form)
            assert found is not None, form
            assert found.row.verb == button.verb, form
            assert (button.case or "") == found.long_number, form
    assert {button.verb for button in buttons if button.verb not in VERBS} == {CLARIFY, DISPUTE}
