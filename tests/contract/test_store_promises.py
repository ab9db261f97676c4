"""Running promises are found by when they count, all of them, without their cases."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.model import Case, Status
from bot.core.people import CaseKey
from bot.ports import Counted
from bot.sla.promises import Running
from storage import SqlStore
from tests.contract.desk import START
from tests.contract.values import a_case

DAY = timedelta(days=1)
YEAR = {"always": (START + 10 * DAY, START + 20 * DAY)}


def running(case: Case, start_at: datetime, due_at: datetime, calendar: str = "always") -> Running:
    target = replace(case.promises[0].target, calendar=calendar)
    return Running(target=target, start_at=start_at, due_at=due_at)


def add(
    store: SqlStore, number: int, *due: float, calendar: str = "always", status: Status = Status.OPEN
) -> None:
    """Add a case with a promise due on each of these days."""
    case = a_case(at=START)
    promises = tuple(running(case, START, START + days * DAY, calendar) for days in due)
    key = CaseKey(f"C-20261120-{number:04d}")
    whole = replace(case, key=key, status=status, promises=promises)
    store.run(lambda unit: unit.cases.add(whole, wake_at=None))


def found(store: SqlStore, *, limit: int = 9, offset: int = 0) -> list[tuple[str, float]]:
    pairs = store.read(lambda unit: unit.promises.touching(YEAR, limit=limit, offset=offset))
    return [(key[-4:], (promise.due_at - START) / DAY) for key, promise in pairs]


def test_what_is_due_from_the_span_on_is_found_the_soonest_first(store: SqlStore) -> None:
    add(store, 1, 12, 9.99)
    add(store, 2, 10, 30)
    add(store, 3, 11, calendar="s0_office")
    add(store, 4, 11, status=Status.SOLVED)

    assert found(store) == [("0002", 10), ("0001", 12), ("0002", 30)]
    assert store.read(lambda unit: unit.promises.count_touching(YEAR)) == Counted(cases=2, promises=3)
    assert found(store, limit=1, offset=1) == [("0001", 12)]
    assert found(store, offset=3) == []


def test_what_began_after_the_span_is_not_in_it(store: SqlStore) -> None:
    case = a_case(at=START)
    later = replace(case, promises=(running(case, START + 20 * DAY, START + 21 * DAY),))
    store.run(lambda unit: unit.cases.add(later, wake_at=None))

    assert found(store) == []


def test_each_calendar_has_a_span_of_its_own_and_no_name_is_part_of_another(
    store: SqlStore,
) -> None:
    add(store, 1, 12, calendar="s0_office")
    add(store, 2, 12, calendar="s0xoffice")
    add(store, 3, 12, calendar="office")
    spans = {"s0_office": (START, START + DAY), "office": (START + 13 * DAY, START + 14 * DAY)}

    pairs = store.read(lambda unit: unit.promises.touching(spans, limit=9))

    assert [key[-4:] for key, _ in pairs] == ["0001"]


def test_without_a_span_nothing_is_found(store: SqlStore) -> None:
    add(store, 1, 12)

    assert store.read(lambda unit: unit.promises.touching({}, limit=9)) == ()
    assert store.read(lambda unit: unit.promises.count_touching({})) == Counted(cases=0, promises=0)
