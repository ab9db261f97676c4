"""What happens with operators' alarms is only added to, and whoever changes it is found out."""

from datetime import timedelta

import pytest

from bot.core.people import PersonId
from bot.ports import Alarm, AlarmData, AlarmFact, AlarmKind, Somebody
from storage import SqlStore
from storage.alarms import verify_alarms
from tests.contract.desk import START, Desk, execute

BY_MAIL: AlarmData = {"to": "song-yi", "channel": "mail", "attempt": 1}


def take(store: SqlStore) -> tuple[Alarm, ...]:
    return store.run(lambda unit: unit.alarms.take())


def wrong(store: SqlStore) -> list[str]:
    with store._database.reading() as connection:
        return [str(each) for each in verify_alarms(connection)]


def two_alarms(store: SqlStore) -> tuple[Alarm, ...]:
    for key in ("one", "two"):
        store.run(lambda unit, key=key: unit.registry.alarm(key, text=f"{key} is wrong"))  # type: ignore[misc] # no type on a default
    return take(store)


def test_an_alarm_is_taken_once_and_recorded_as_raised(store: SqlStore) -> None:
    assert not store.read(lambda unit: unit.alarms.waiting())
    store.run(lambda unit: unit.registry.alarm("k", text="the calendar ends"))
    assert store.read(lambda unit: unit.alarms.waiting())
    assert [each.number for each in store.read(lambda unit: unit.alarms.latest(limit=1))] == [0]

    taken = take(store)

    assert taken == (Alarm(number=1, at=START, text="the calendar ends"),)
    assert take(store) == ()
    assert not store.read(lambda unit: unit.alarms.waiting())
    raised = AlarmFact(kind=AlarmKind.RAISED, at=START, data={})
    assert store.read(lambda unit: unit.alarms.of(1)) == Alarm(
        number=1, at=START, text="the calendar ends", facts=(raised,)
    )
    assert wrong(store) == []


def test_what_becomes_of_each_alarm_is_read_back_with_it_the_newest_first(store: SqlStore) -> None:
    first, second = two_alarms(store)
    store.run(lambda unit: unit.alarms.record(first.number, AlarmKind.UNDELIVERED, BY_MAIL))
    store.run(lambda unit: unit.alarms.record(second.number, AlarmKind.DELIVERED, BY_MAIL))
    store.run(lambda unit: unit.alarms.record(first.number, AlarmKind.LATE, BY_MAIL))
    store.run(lambda unit: unit.alarms.record(first.number, AlarmKind.NOTED, {"by": "song-yi"}))

    newest, oldest = store.read(lambda unit: unit.alarms.latest(limit=10))

    assert (newest.text, oldest.text) == ("two is wrong", "one is wrong")
    assert [fact.kind.value for fact in oldest.facts] == ["raised", "undelivered", "late", "noted"]
    assert oldest.outcome(PersonId("song-yi"), "mail") is AlarmKind.LATE
    assert oldest.outcome(PersonId("song-yi"), "sms") is None
    assert (oldest.noted_by, newest.noted_by) == ("song-yi", None)
    assert [each.number for each in store.read(lambda unit: unit.alarms.latest(limit=1))] == [2]
    assert [each.number for each in store.read(lambda unit: unit.alarms.unseen(limit=10))] == [2]
    assert store.read(lambda unit: unit.alarms.of(99)) is None
    assert store.read(lambda unit: unit.alarms.of(2**63)) is None
    assert wrong(store) == []


def test_an_alarm_that_was_told_already_is_recorded_when_it_was(store: SqlStore) -> None:
    at = START - timedelta(hours=3)

    told = store.run(lambda unit: unit.alarms.raised("the database failed", at=at))

    assert take(store) == ()
    found = store.read(lambda unit: unit.alarms.of(told.number))
    assert found is not None
    assert (found.at, found.text) == (at, "the database failed")
    assert wrong(store) == []


def test_erased_words_leave_a_chain_that_holds(store: SqlStore) -> None:
    store.run(lambda unit: unit.registry.alarm("unreachable:li", text="li has no direct conversation"))
    take(store)

    store.run(lambda unit: unit.keeping.erase(Somebody(persons=frozenset({PersonId("li")}))))

    found = store.read(lambda unit: unit.alarms.of(1))
    assert found is not None
    assert found.text == ""
    assert wrong(store) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE alarm_fact SET data = '{}'",
        "DELETE FROM alarm_fact",
        "INSERT INTO alarm_fact SELECT * FROM alarm_fact",
    ],
)
def test_a_fact_of_an_alarm_is_never_changed(store: SqlStore, change: str) -> None:
    two_alarms(store)

    with pytest.raises(Exception, match=r"append-only|duplicate key"):
        execute(store, change)


@pytest.mark.parametrize("database", ["memory"], indirect=True)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE alarm_fact SET kind = 'noted' WHERE number = 1", "fact 1 of the alarms: it was changed"),
        ("UPDATE alarm_fact SET v = 9 WHERE number = 2", "it is of version 9, which this program does not"),
        ("DELETE FROM alarm_fact WHERE number = 1", "the facts from 1 to 1 are missing"),
        ("DELETE FROM alarm_fact WHERE number = 2", "an alarm bears its number, but it is not there"),
        ("UPDATE alarm_fact SET previous = 'x' WHERE number = 2", "it does not follow the fact before it"),
        (
            "UPDATE alarm SET text = 'nothing' WHERE number = 2",
            "fact 2 of the alarms: its words were changed",
        ),
    ],
)
def test_whoever_changes_an_alarm_behind_our_back_is_found_out(
    store: SqlStore, change: str, told: str
) -> None:
    two_alarms(store)

    execute(store, *(f"DROP TRIGGER alarm_fact_is_never_{what}" for what in ("changed", "deleted")), change)

    assert told in wrong(store)[0]


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_two_processes_take_each_alarm_once(desk: Desk) -> None:
    one, other = desk.store(), desk.store()
    one.run(lambda unit: unit.registry.alarm("k", text="the calendar ends"))

    taken = one.run(lambda unit: (unit.alarms.take(), take(other)))

    assert [len(each) for each in taken] == [1, 0]
    assert wrong(one) == []
