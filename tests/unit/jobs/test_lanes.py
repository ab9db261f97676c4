from datetime import timedelta

from bot.core.people import PlatformName
from bot.jobs.lanes import Lanes
from bot.ports import Received, Saying, Unit
from tests.unit.jobs.bench import HELLO, ROOM, Bench

CHAT = PlatformName("chat")


class Hands:
    """Handles events by noting them in the registry; those whose payload says so fail."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.lanes = Lanes(bench.executor, self.handle, bell=bench.bell)
        self.handled: list[str] = []
        self.says = False

    def comes_in(self, *events: str, lane: str = "room") -> None:
        for event in events:
            self.bench.run(
                lambda unit, event=event: unit.inbox.put(  # type: ignore[misc] # no type on a default
                    platform=CHAT, event_id=event, lane=lane, payload=event
                )
            )

    def handle(self, unit: Unit, row: Received) -> None:
        unit.registry.alarm(f"handled:{row.event_id}", text=f"handled {row.event_id}")
        if "bad" in row.payload:
            raise LookupError(row.payload)
        if self.says:
            unit.outbox.say(Saying(key=row.event_id, place=ROOM, message=HELLO))
        self.handled.append(row.event_id)


async def test_events_are_handled_in_their_order(bench: Bench) -> None:
    hands = Hands(bench)
    hands.comes_in("1", "2", "3")

    assert await hands.lanes.drain()

    assert hands.handled == ["1", "2", "3"]
    assert not await hands.lanes.step()


async def test_what_a_failing_event_changed_is_taken_back_and_its_lane_waits(bench: Bench) -> None:
    hands = Hands(bench)
    hands.comes_in("bad", "2")
    hands.comes_in("other", lane="elsewhere")

    await hands.lanes.drain()

    assert hands.handled == ["other"]
    assert "handled bad" not in bench.alarms()


async def test_after_three_attempts_an_event_is_parked_and_its_lane_goes_on(bench: Bench) -> None:
    hands = Hands(bench)
    hands.comes_in("bad", "2")

    for _ in range(3):
        await hands.lanes.drain()
        bench.clock.advance(timedelta(minutes=1))
    await hands.lanes.drain()

    assert hands.handled == ["2"]
    assert [row.event_id for row in bench.run(lambda unit: unit.inbox.parked())] == ["bad"]
    assert any("parked after 3 attempts: LookupError" in text for text in bench.alarms())


async def test_a_handled_event_rings_for_those_who_deliver(bench: Bench) -> None:
    hands = Hands(bench)
    hands.comes_in("1")
    rings = bench.bell.rings

    await hands.lanes.step()

    assert bench.bell.rings > rings


async def test_one_event_that_fails_among_many_takes_nobody_with_it(bench: Bench) -> None:
    hands = Hands(bench)
    for number in range(40):
        hands.comes_in("bad" if number == 3 else f"{number}", lane=f"room {number}")

    await hands.lanes.drain()

    others = {f"{number}" for number in range(40) if number != 3}
    assert set(hands.handled) == others
    assert {f"handled {event}" for event in others} == set(bench.alarms())
    assert bench.run(lambda unit: unit.inbox.waiting()) == 1


async def test_an_event_that_fails_again_and_again_is_parked_alone(bench: Bench) -> None:
    hands = Hands(bench)
    hands.comes_in("1", "bad", "2")
    hands.comes_in("3", lane="elsewhere")

    for _ in range(3):
        await hands.lanes.drain()
        bench.clock.advance(timedelta(minutes=1))
    await hands.lanes.drain()

    assert [row.event_id for row in bench.run(lambda unit: unit.inbox.parked())] == ["bad"]
    assert {f"handled {event}" for event in "123"} <= set(bench.alarms())
    assert bench.run(lambda unit: unit.inbox.waiting()) == 0


async def test_what_is_said_answers_the_event_it_was_said_for(bench: Bench) -> None:
    hands = Hands(bench)
    hands.says = True
    hands.comes_in("1", lane=ROOM.lane)
    hands.comes_in("2", lane="elsewhere")
    hands.comes_in("3", lane=ROOM.lane)

    await hands.lanes.drain()
    await bench.delivery.drain()

    assert bench.platform.answered == ["1", "", "3"]
