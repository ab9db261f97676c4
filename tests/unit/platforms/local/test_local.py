"""The local chat as a platform."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import PermanentDeliveryError, StoreError, TemporaryDeliveryError
from bot.core.inbound import Action, Command, Incoming, IncomingMessage
from bot.core.message import Button, Message
from bot.core.people import CaseKey, PersonId, Place, Sender
from bot.platforms.local.mentions import read, slash
from bot.platforms.local.payload import to_inbound
from bot.platforms.local.platform import LocalPlatform
from bot.ports import Platform, SentRef
from tests.unit.web.desk import FRIDAY_NOON, LOCAL, SmallDesk

TANG = PersonId("tang-kai")
GROUP = Place(LOCAL, "g:huayue")
LIN = Sender(LOCAL, "lin-xiaobei", "林小北")


@pytest.fixture
def desk() -> SmallDesk:
    return SmallDesk()


def heard(desk: SmallDesk) -> Incoming:
    row = desk.received()
    assert row is not None
    incoming = desk.platform.to_inbound(row.payload)
    assert incoming is not None
    assert incoming.origin.event_id == row.event_id
    assert incoming.origin.place.lane == row.lane
    return incoming


def words_of(desk: SmallDesk) -> IncomingMessage:
    incoming = heard(desk)
    assert isinstance(incoming, IncomingMessage)
    return incoming


def test_it_is_a_platform(desk: SmallDesk) -> None:
    platform: Platform = desk.platform

    assert platform.name == "local"
    assert platform.capabilities.edits
    assert not platform.capabilities.reactions


@pytest.mark.parametrize("unheard", ["\0", "\ud800"])
async def test_what_no_database_can_hold_is_replaced(desk: SmallDesk, unheard: str) -> None:
    line = await desk.platform.post(TANG, GROUP, f"登录{unheard}不上")

    assert words_of(desk).text == line.text
    assert "".join(letter for letter in line.text if letter.isalnum()) == "登录不上"
    line.text.encode()


async def test_words_become_a_line_and_an_event(desk: SmallDesk) -> None:
    line = await desk.platform.post(TANG, GROUP, "登录不上")

    incoming = words_of(desk)
    assert desk.store.read(lambda unit: unit.chat.lines("g:huayue")) == (line,)
    assert incoming.text == "登录不上"
    assert not incoming.to_bot
    assert incoming.origin.place == GROUP
    assert incoming.origin.message == str(line.seq)
    assert incoming.origin.said_at == FRIDAY_NOON
    assert incoming.origin.sender == Sender(LOCAL, "tang-kai", "唐恺")
    assert not incoming.origin.direct


async def test_words_in_a_thread_stay_in_it(desk: SmallDesk) -> None:
    line = await desk.platform.post(TANG, Place(LOCAL, "g:huayue", "7"), "三楼")

    incoming = words_of(desk)
    assert incoming.origin.place.thread == "7"
    assert incoming.origin.message == str(line.seq)


async def test_everything_said_directly_is_for_the_bot(desk: SmallDesk) -> None:
    await desk.platform.post(TANG, Place(LOCAL, "dm:tang-kai"), "help")

    incoming = words_of(desk)
    assert incoming.to_bot
    assert incoming.origin.direct


@pytest.mark.parametrize(
    "typed", ["@小铃 登录不上", "@bot 登录不上", "@Casebell，登录不上", "登录不上 @小铃", "@小铃登录不上"]
)
async def test_the_bot_hears_its_name_and_does_not_repeat_it(desk: SmallDesk, typed: str) -> None:
    await desk.platform.post(TANG, GROUP, typed)

    incoming = words_of(desk)
    assert incoming.to_bot
    assert incoming.text == "登录不上"


@pytest.mark.parametrize("typed", ["bot 登录不上", "mail@botany.example", "@bottle"])
async def test_the_bot_is_not_called_by_half_its_name(desk: SmallDesk, typed: str) -> None:
    await desk.platform.post(TANG, GROUP, typed)

    incoming = words_of(desk)
    assert not incoming.to_bot
    assert incoming.text == typed


async def test_a_person_named_after_an_at_sign_is_mentioned(desk: SmallDesk) -> None:
    await desk.platform.post(TANG, GROUP, "@林小北 @eve turner 看一下，@林小北")

    incoming = words_of(desk)
    assert incoming.mentions == (LIN, Sender(LOCAL, "eve-turner", "eve turner"))
    assert incoming.text == "@林小北 @eve turner 看一下，@林小北"
    assert not incoming.to_bot


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/case assign 0007 @lin-xiaobei", "assign 0007 @lin-xiaobei"),
        ("/CASE", ""),
        ("/kb 邮箱满了", "kb 邮箱满了"),
        (" /oncall who ", "oncall who"),
        ("/casework", None),
        ("说说 /case", None),
    ],
)
def test_a_slash_word_begins_a_command(typed: str, meant: str | None) -> None:
    assert slash(typed) == meant


async def test_a_command_carries_who_it_names(desk: SmallDesk) -> None:
    line = await desk.platform.post(PersonId("zhou-lan"), GROUP, "/case assign 0007 @林小北")

    incoming = heard(desk)
    assert isinstance(incoming, Command)
    assert incoming.text == "assign 0007 @林小北"
    assert incoming.mentions == (LIN,)
    assert incoming.origin.message == str(line.seq)


async def test_a_press_carries_what_the_button_was_drawn_for(desk: SmallDesk) -> None:
    button = Button("定级", "level", CaseKey("C-20261120-0007"), words="2 一半人", as_of=3)

    await desk.platform.press(TANG, Place(LOCAL, "g:huayue", "1"), button, line=2)

    incoming = heard(desk)
    assert isinstance(incoming, Action)
    assert (incoming.verb, incoming.case, incoming.words, incoming.as_of) == (
        "level",
        "C-20261120-0007",
        "2 一半人",
        3,
    )
    assert incoming.origin.message == "2"
    assert desk.store.read(lambda unit: unit.chat.changes()) == 0


async def test_the_same_button_pressed_twice_is_two_events(desk: SmallDesk) -> None:
    for _ in range(2):
        await desk.platform.press(TANG, GROUP, Button("进度", "show"), line=None)

    assert heard(desk).origin.event_id != heard(desk).origin.event_id


async def test_a_message_sent_again_under_its_key_stands_once(desk: SmallDesk) -> None:
    first = await desk.platform.send(GROUP, Message(title=("好",)), key="k")
    again = await desk.platform.send(GROUP, Message(title=("好",)), key="k")

    assert first == again == await desk.platform.find(GROUP, "k")
    assert len(desk.store.read(lambda unit: unit.chat.lines("g:huayue"))) == 1
    assert await desk.platform.find(GROUP, "other") is None


async def test_a_message_is_edited_where_it_stands(desk: SmallDesk) -> None:
    ref = await desk.platform.send(GROUP, Message(title=("旧",)), key="k")

    await desk.platform.edit(ref, Message(title=("新",)))

    (line,) = desk.store.read(lambda unit: unit.chat.lines("g:huayue"))
    assert line.message == Message(title=("新",))


async def test_a_place_no_chat_has_is_refused_for_good(desk: SmallDesk) -> None:
    with pytest.raises(PermanentDeliveryError):
        await desk.platform.send(Place(LOCAL, "nowhere"), Message(), key="k")


async def test_a_database_that_fails_is_tried_again(desk: SmallDesk) -> None:
    async def failing(work: object) -> object:
        raise StoreError("disk full")

    platform = LocalPlatform(failing, desk.directory)  # type: ignore[arg-type]  # fails whatever it is asked

    with pytest.raises(TemporaryDeliveryError, match="disk full"):
        await platform.edit(SentRef(place=GROUP, ref="1"), Message())


@pytest.mark.parametrize("payload", ["", "{}", '{"v":2,"kind":"message"}', '{"v":1,"kind":"dance"}', "[]"])
def test_what_this_version_cannot_read_is_refused_and_never_passed_over(payload: str) -> None:
    with pytest.raises(StoreError, match=r"^a stored event of the local chat cannot be read$"):
        to_inbound(payload)


@given(st.text())
def test_reading_never_fails_and_never_finds_who_is_not_there(text: str) -> None:
    assert read(text, ()).people == ()
