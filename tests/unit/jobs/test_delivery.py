import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.model import Case, Status
from bot.core.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.core.message import Mention, Message, Paragraph
from bot.core.people import CaseKey, Place, PlatformName, Sender
from bot.jobs.delivery import FILE_SEND_LIMIT, IN_FLIGHT, MARGIN, PATIENCE, SEND_LIMIT, is_stale
from bot.ports import MAIL, Guard, Saying, Showing, Unit
from storage.outbox import FILE_LEASE, LEASE
from tests.contract.values import a_case
from tests.unit.jobs.bench import CHAT, HELLO, LEASE_OVER, ROOM, START, Bench

CASE = a_case(at=START)
GUARDED = Saying(
    key="k",
    place=ROOM,
    message=HELLO,
    guard=Guard(case=CASE.key, round=CASE.round, turn=CASE.turn),
)
CARD = Showing(case=CASE.key, place=ROOM, slot="card", version=1)


async def test_words_leave_in_order_and_once(bench: Bench) -> None:
    bench.say("1", "2", "3")

    assert await bench.delivery.drain()
    assert not await bench.delivery.drain()

    assert bench.keys == ["1", "2", "3"]
    assert bench.delivery.delivered == 3
    assert bench.platform.asked == []


async def test_rooms_are_served_side_by_side_but_not_all_at_once(bench: Bench) -> None:
    bench.platform.crowd = IN_FLIGHT
    for number in range(IN_FLIGHT + 4):
        bench.say(f"k{number}", place=Place(CHAT, f"room{number}"))

    await bench.delivery.drain()

    assert bench.platform.most_at_once == IN_FLIGHT
    assert len(bench.keys) == IN_FLIGHT + 4


async def test_a_message_that_may_have_arrived_is_looked_for_before_it_is_sent_again(bench: Bench) -> None:
    bench.say("k")
    bench.run(lambda unit: unit.outbox.claim_sayings(owner="who died", limit=1))
    bench.platform.sent.append((ROOM, "k"))
    bench.clock.advance(LEASE_OVER)

    await bench.delivery.drain()

    assert bench.platform.asked == ["k"]
    assert bench.keys == ["k"]
    assert bench.idle()


async def test_a_message_that_did_not_arrive_is_sent_again(bench: Bench) -> None:
    bench.say("k")
    bench.run(lambda unit: unit.outbox.claim_sayings(owner="who died", limit=1))
    bench.clock.advance(LEASE_OVER)

    await bench.delivery.drain()

    assert bench.platform.asked == bench.keys == ["k"]


async def test_where_nothing_can_be_read_back_it_is_simply_sent_again(bench: Bench) -> None:
    bench.platform.cannot(reads_back=False)
    bench.platform.troubles = [TemporaryDeliveryError("busy")]
    bench.say("k")

    await bench.delivery.drain()
    bench.clock.advance(timedelta(seconds=3))
    await bench.delivery.drain()

    assert bench.platform.asked == []
    assert bench.keys == ["k"]


async def test_a_busy_platform_is_left_alone_as_long_as_it_says(bench: Bench) -> None:
    bench.platform.troubles = [TemporaryDeliveryError("slow down", timedelta(seconds=90))]
    bench.say("k")

    await bench.delivery.drain()
    bench.clock.advance(timedelta(seconds=89))
    await bench.delivery.drain()
    assert bench.keys == []

    bench.clock.advance(timedelta(seconds=1))
    await bench.delivery.drain()
    assert bench.keys == ["k"]


async def test_what_never_gets_through_is_tried_on_and_the_operator_hears_once(bench: Bench) -> None:
    bench.platform.troubles = [TemporaryDeliveryError("away") for _ in range(PATIENCE + 2)]
    bench.say("k")

    for _ in range(PATIENCE + 3):
        await bench.delivery.drain()
        bench.clock.advance(timedelta(minutes=6))

    assert bench.keys == ["k"]
    assert bench.alarms() == ["chat:room: not delivered after 5 attempts: away"]
    assert set(bench.ledger.tried) == {"k"}


async def test_what_is_refused_for_good_is_given_up_and_the_next_one_leaves(bench: Bench) -> None:
    bench.platform.troubles = [PermanentDeliveryError("no such room")]
    bench.say("1", "2")

    await bench.delivery.drain()

    assert bench.keys == ["2"]
    assert bench.alarms() == ["chat:room: no such room"]


async def test_an_unknown_platform_is_told_to_the_operator(bench: Bench) -> None:
    bench.say("k", place=Place(PlatformName("pigeon"), "tower"))

    await bench.delivery.drain()

    assert bench.alarms() == ["pigeon:tower: the platform pigeon is not configured"]


async def test_a_fault_of_ours_is_tried_again_and_given_up_in_the_end(bench: Bench) -> None:
    bench.platform.troubles = [LookupError("oops") for _ in range(PATIENCE)]
    bench.say("1", "2")

    for _ in range(PATIENCE):
        await bench.delivery.drain()
        bench.clock.advance(timedelta(minutes=6))
    await bench.delivery.drain()

    assert bench.keys == ["2"]
    assert bench.alarms() == ["chat:room: LookupError"]


async def test_mail_leaves_by_the_second_channel(bench: Bench) -> None:
    bench.say("k", place=Place(MAIL, "li@example.com"))

    await bench.delivery.drain()

    assert bench.alerter.sent == ["li@example.com"]
    assert bench.keys == []


async def test_a_channel_that_hangs_holds_back_no_other(bench: Bench) -> None:
    bench.alerter.answers = asyncio.Event()
    for number in range(IN_FLIGHT + 4):
        bench.say(f"mail{number}", place=Place(MAIL, f"li{number}@example.com"))
    while await bench.delivery.step():
        pass
    bench.say("k")

    await bench.delivery.step()
    await bench.delivery.landed(within=timedelta(milliseconds=200))

    assert bench.keys == ["k"]
    assert bench.alerter.sent == []
    bench.alerter.answers.set()
    await bench.delivery.drain()
    assert len(bench.alerter.sent) == IN_FLIGHT + 4


async def test_a_card_is_posted_once_and_then_changed_in_place(bench: Bench) -> None:
    bench.run(lambda unit: unit.outbox.show(CARD))
    await bench.delivery.drain()
    bench.run(lambda unit: unit.outbox.show(replace(CARD, version=2)))
    bench.run(lambda unit: unit.outbox.show(replace(CARD, version=3)))
    await bench.delivery.drain()

    assert len(bench.keys) == 1
    assert [message.title for _, message in bench.platform.edited] == [(f"{CASE.key} v3",)]


async def test_a_card_that_somebody_took_away_comes_back(bench: Bench) -> None:
    bench.run(lambda unit: unit.outbox.show(CARD))
    await bench.delivery.drain()
    bench.platform.gone.update(bench.keys)
    for version in (2, 3):
        bench.run(lambda unit, version=version: unit.outbox.show(replace(CARD, version=version)))  # type: ignore[misc] # no type on a default
        await bench.delivery.drain()

    assert [message.title for message in bench.platform.said] == [(f"{CASE.key} v1",), (f"{CASE.key} v2",)]
    assert [message.title for _, message in bench.platform.edited] == [(f"{CASE.key} v3",)]


async def test_a_card_that_may_have_been_posted_is_found_and_brought_up_to_date(bench: Bench) -> None:
    bench.run(lambda unit: unit.outbox.show(CARD))
    await bench.delivery.drain()
    [key] = bench.keys
    second = Bench()
    second.run(lambda unit: unit.outbox.show(CARD))
    second.run(lambda unit: unit.outbox.claim_showings(owner="who died", limit=1))
    second.platform.sent.append((ROOM, key))
    second.clock.advance(LEASE_OVER)

    await second.delivery.drain()
    second.executor.close()

    assert second.keys == [key]
    assert len(second.platform.edited) == 1


async def test_where_nothing_can_be_changed_every_version_is_a_message(bench: Bench) -> None:
    bench.platform.cannot(edits=False)
    for version in (1, 2):
        bench.run(lambda unit, version=version: unit.outbox.show(replace(CARD, version=version)))  # type: ignore[misc] # no type on a default
        await bench.delivery.drain()

    assert len(set(bench.keys)) == 2


async def test_a_stale_reminder_is_dropped_and_holds_up_nobody(bench: Bench) -> None:
    def work(unit: Unit) -> None:
        case = unit.cases.add(CASE, wake_at=None)
        unit.outbox.say(GUARDED)
        unit.cases.save(replace(case, turn=case.turn + 1), wake_at=None)

    bench.run(work)
    bench.say("next")

    await bench.delivery.drain()

    assert bench.keys == ["next"]
    assert bench.idle()


@pytest.mark.parametrize(
    ("case", "stale"),
    [
        (CASE, False),
        (replace(CASE, round=2), True),
        (replace(CASE, turn=CASE.turn + 1), True),
        (replace(CASE, status=Status.SOLVED), True),
        (replace(CASE, status=Status.WAITING), False),
        (None, True),
    ],
)
def test_guarded_words_are_wanted_while_the_case_is_in_the_same_hands(
    case: Case | None, *, stale: bool
) -> None:
    assert is_stale(GUARDED, case, START) is stale


def test_words_that_matter_to_whoever_has_the_case_stay_until_it_ends() -> None:
    saying = replace(GUARDED, guard=Guard(case=CASE.key, round=CASE.round, turn=CASE.turn, any_owner=True))

    assert not is_stale(saying, replace(CASE, turn=CASE.turn + 1), START)
    assert is_stale(saying, replace(CASE, status=Status.SOLVED), START)


def test_words_without_a_guard_are_wanted_until_they_expire() -> None:
    saying = Saying(key="k", place=ROOM, message=HELLO, expires_at=START, case=CaseKey("C-1"))

    assert not is_stale(saying, None, START - timedelta(microseconds=1))
    assert is_stale(saying, None, START)


async def test_a_platform_that_asks_to_wait_again_and_again_is_no_fault(bench: Bench) -> None:
    bench.platform.troubles = [
        TemporaryDeliveryError("slow", timedelta(seconds=1)) for _ in range(PATIENCE + 2)
    ]
    bench.say("k")

    for _ in range(PATIENCE + 3):
        await bench.delivery.drain()
        bench.clock.advance(timedelta(seconds=1))

    assert bench.keys == ["k"]
    assert bench.alarms() == []


async def test_an_answer_names_what_it_answers_and_a_clock_nothing(bench: Bench) -> None:
    def hear(unit: Unit) -> None:
        unit.inbox.put(platform=CHAT, event_id="e1", lane=ROOM.lane, payload="{}")
        unit.inbox.claim()
        unit.outbox.say(Saying(key="answer", place=ROOM, message=HELLO))
        unit.outbox.show(CARD)

    bench.run(hear)
    bench.say("clock")

    await bench.delivery.drain()

    assert sorted(bench.platform.answered) == ["", "e1", "e1"]


async def test_people_of_another_platform_are_named_and_not_called(bench: Bench) -> None:
    here, there = Sender(CHAT, "u1", "Ann"), Sender(PlatformName("other"), "u2", "Bo")
    message = Message(title=(Mention(here), Mention(there)), blocks=(Paragraph((Mention(there), " hi")),))
    bench.run(lambda unit: unit.outbox.say(Saying(key="k", place=ROOM, message=message)))

    await bench.delivery.drain()

    assert bench.platform.said == [Message(title=(Mention(here), "@Bo"), blocks=(Paragraph(("@Bo", " hi")),))]


def test_whatever_is_sent_fits_into_its_lease() -> None:
    assert SEND_LIMIT + MARGIN < LEASE
    assert FILE_SEND_LIMIT + MARGIN < FILE_LEASE
