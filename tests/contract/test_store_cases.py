from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest

from bot.cases.model import Case, CaseType, Status
from bot.core.errors import StaleCaseError, UnreadableError, UserError
from bot.core.people import CaseId, CaseKey, CustomerId, Level, Place
from bot.ports import CaseQuery, Order, Retimed, Unit
from bot.sla.promises import Running
from storage import SqlStore
from tests.contract.desk import START, Desk, ask, execute, statements
from tests.contract.values import ACME, ELSEWHERE, GROUP, LI, LOCAL, THREAD, WANG, a_case, with_every_promise

HOUR = timedelta(hours=1)
TODAY = date(2026, 11, 20)


def add(store: SqlStore, case: Case, *, wakes_in: timedelta | None = None) -> Case:
    return store.run(
        lambda unit: unit.cases.add(case, wake_at=None if wakes_in is None else START + wakes_in)
    )


def keys(store: SqlStore, query: CaseQuery) -> list[int]:
    return [int(case.key[-4:]) for case in store.read(lambda unit: unit.cases.select(query))]


def test_a_case_comes_back_as_it_was_stored(store: SqlStore) -> None:
    stored = add(store, with_every_promise(a_case(at=START)))

    assert stored.id != 0
    assert store.run(lambda unit: unit.cases.get(stored.key)) == stored
    assert store.read(lambda unit: unit.cases.get(stored.key)) == stored


def test_saving_a_case_counts_its_version_and_replaces_its_promises(store: SqlStore) -> None:
    first = add(store, with_every_promise(a_case(at=START)))

    second = store.run(
        lambda unit: unit.cases.save(replace(first, promises=first.promises[:1]), wake_at=None)
    )

    assert second == replace(first, promises=first.promises[:1], version=first.version + 1)
    assert store.read(lambda unit: unit.cases.get(first.key)) == second


def test_a_case_that_moved_on_is_not_overwritten(store: SqlStore) -> None:
    read = add(store, a_case(at=START))
    store.run(lambda unit: unit.cases.save(replace(read, brief="theirs"), wake_at=None))

    with pytest.raises(StaleCaseError):
        store.run(lambda unit: unit.cases.save(replace(read, brief="ours"), wake_at=None))

    assert store.read(lambda unit: unit.cases.get(read.key)).brief == "theirs"


def test_several_cases_are_stored_together_or_not_at_all(store: SqlStore) -> None:
    cases = [add(store, with_every_promise(a_case(number, at=START))) for number in (1, 2, 3)]
    later = [(replace(case, brief="ours", promises=case.promises[1:]), START + HOUR) for case in cases]

    saved = store.run(lambda unit: unit.cases.save_all(later))

    assert store.read(lambda unit: unit.cases.lock([case.id for case in cases])) == saved
    assert {(case.version, len(case.promises)) for case in saved} == {(2, len(cases[0].promises) - 1)}
    assert store.read(lambda unit: unit.cases.next_wake()) == START + HOUR
    with pytest.raises(StaleCaseError):
        store.run(lambda unit: unit.cases.save_all([(saved[0], None), later[1]]))
    assert store.read(lambda unit: unit.cases.get(saved[0].key)) == saved[0]
    assert store.run(lambda unit: unit.cases.save_all(())) == ()


def test_several_cases_are_put_off_together(desk: Desk) -> None:
    store = desk.store()
    first, second, third = (add(store, a_case(n, at=START), wakes_in=timedelta(0)) for n in (1, 2, 3))

    store.run(lambda unit: unit.cases.delay_all({first.id: START + HOUR, second.id: None}))

    assert store.run(lambda unit: unit.cases.claim_due(limit=9)) == (third,)
    desk.clock.advance(HOUR)
    assert store.run(lambda unit: unit.cases.claim_due(limit=9)) == (third, first)


def test_an_unknown_case_is_the_users_error(store: SqlStore) -> None:
    with pytest.raises(UserError) as refused:
        store.run(lambda unit: unit.cases.get(CaseKey("C-20261120-9999")))

    assert refused.value.key == "unknown_case"


@pytest.mark.parametrize(
    "number", ["C-20261120-0007", "c-20261120-0007", "20261120-0007", "0007", "7", " 7 "]
)
def test_a_case_is_found_by_its_number_or_the_end_of_it(store: SqlStore, number: str) -> None:
    add(store, a_case(7, at=START))
    add(store, a_case(17, at=START))

    found = store.read(lambda unit: unit.cases.find(number))

    assert [case.key for case in found] == ["C-20261120-0007"]


@pytest.mark.parametrize("number", ["", "8", "%", "C-2026112_-0007", "1120-0007", "9" * 30, "７x"])
def test_what_is_no_number_of_a_case_finds_none(store: SqlStore, number: str) -> None:
    add(store, a_case(7, at=START))

    assert store.read(lambda unit: unit.cases.find(number)) == ()


def test_numbers_of_several_days_are_found_newest_first(store: SqlStore) -> None:
    yesterday = replace(a_case(at=START - timedelta(days=1)), key=CaseKey("C-20261119-0001"))
    for case in (yesterday, a_case(at=START)):
        add(store, case)

    assert [case.key for case in store.read(lambda unit: unit.cases.find("0001"))] == [
        "C-20261120-0001",
        "C-20261119-0001",
    ]


def test_a_query_narrows_by_every_field(store: SqlStore) -> None:
    other = replace(
        a_case(2, at=START + HOUR),
        status=Status.CLOSED,
        type=CaseType.HOW_TO,
        customer=CustomerId("other"),
        owner=LI,
        level=Level.USAGE,
        vendor="Contoso",
        product="100%_Disk",
        brief="Wie geht das? STRASSE",
        place=ELSEWHERE,
        closed_at=START + 2 * HOUR,
        reporter=replace(a_case(at=START).reporter, person=LI),
        promises=(),
    )
    for case in (a_case(1, at=START), other):
        add(store, case)

    second = [
        CaseQuery(statuses=(Status.CLOSED, Status.ENDED)),
        CaseQuery(customer=CustomerId("other")),
        CaseQuery(reporter=LI),
        CaseQuery(owner=LI),
        CaseQuery(lane=ELSEWHERE.lane),
        CaseQuery(thread=ELSEWHERE),
        CaseQuery(levels=(4,)),
        CaseQuery(type=CaseType.HOW_TO),
        CaseQuery(vendor="contoso"),
        CaseQuery(words=("straße", "GEHT")),
        CaseQuery(words=("100%_",)),
        CaseQuery(words=("-0002",)),
        CaseQuery(opened_from=START + HOUR),
    ]
    first = [
        CaseQuery(unowned=True),
        CaseQuery(customer=ACME, reporter=WANG),
        CaseQuery(thread=THREAD),
        CaseQuery(words=("数据库",)),
        CaseQuery(opened_to=START + HOUR),
        CaseQuery(due_before=START + 4 * HOUR),
    ]
    nothing = [
        CaseQuery(thread=GROUP),
        CaseQuery(thread=Place(LOCAL, "g:acme", "18")),
        CaseQuery(words=("%",), owner=WANG),
        CaseQuery(words=("1000_",)),
        CaseQuery(words=("straße", "数据库")),
        CaseQuery(due_before=START + 3 * HOUR),
    ]

    assert [keys(store, query) for query in second] == [[2]] * len(second)
    assert [keys(store, query) for query in first] == [[1]] * len(first)
    assert [keys(store, query) for query in nothing] == [[]] * len(nothing)
    assert keys(store, CaseQuery(order=Order.NEWEST)) == [2, 1]


def test_cases_are_listed_nearest_deadline_first_and_those_without_last(store: SqlStore) -> None:
    for number, opened in ((1, START + HOUR), (2, START)):
        add(store, a_case(number, at=opened))
    add(store, replace(a_case(3, at=START - HOUR), promises=()))

    assert keys(store, CaseQuery()) == [2, 1, 3]
    assert keys(store, CaseQuery(limit=1)) == [2]
    assert store.read(lambda unit: unit.cases.count(CaseQuery(limit=1))) == 3


def test_due_cases_are_claimed_earliest_first(desk: Desk) -> None:
    store = desk.store()
    for number, hours in ((1, 3), (2, 1), (3, 2)):
        add(store, a_case(number, at=START), wakes_in=hours * HOUR)
    add(store, a_case(4, at=START))

    def due(unit: Unit) -> list[int]:
        return [int(case.key[-4:]) for case in unit.cases.claim_due(limit=2)]

    assert store.run(due) == []
    assert store.read(lambda unit: unit.cases.next_wake()) == START + HOUR
    desk.clock.advance(HOUR)
    assert store.run(due) == [2]
    desk.clock.advance(2 * HOUR)
    assert store.run(due) == [2, 3]


def test_a_case_whose_wake_failed_is_postponed_without_a_new_version(desk: Desk) -> None:
    store = desk.store()
    case = add(store, a_case(at=START), wakes_in=timedelta(0))

    store.run(lambda unit: unit.cases.delay(case.id, until=START + HOUR))

    assert store.run(lambda unit: unit.cases.claim_due(limit=9)) == ()
    desk.clock.advance(HOUR)
    assert store.run(lambda unit: unit.cases.claim_due(limit=9)) == (case,)


def test_a_case_that_never_wakes_is_not_claimed(desk: Desk) -> None:
    store = desk.store()
    case = add(store, a_case(at=START), wakes_in=timedelta(0))

    store.run(lambda unit: unit.cases.delay(case.id, until=None))

    assert store.run(lambda unit: unit.cases.claim_due(limit=9)) == ()


def test_cases_whose_clocks_touch_a_span_are_found_and_locked_in_order(store: SqlStore) -> None:
    first = add(store, with_every_promise(a_case(1, at=START)), wakes_in=HOUR)
    second = add(store, replace(a_case(2, at=START), promises=()), wakes_in=3 * HOUR)
    add(store, replace(a_case(3, at=START), promises=()))
    dues = [promise.due_at for promise in first.promises if isinstance(promise, Running)]

    def touched(since: datetime, until: datetime) -> tuple[CaseId, ...]:
        query = CaseQuery(clocks_between=(since, until), limit=1)
        return store.read(lambda unit: unit.cases.ids(query))

    assert touched(START, START + HOUR) == (first.id, second.id)
    assert touched(START + HOUR, START + HOUR)[-1] == second.id
    assert touched(max([*dues, START + 3 * HOUR]), START + HOUR) == ()
    assert touched(START - HOUR, START) == ()
    assert store.run(lambda unit: unit.cases.lock((second.id, first.id))) == (first, second)
    assert store.read(lambda unit: unit.cases.lock(())) == ()


def test_other_due_times_are_stored_as_saving_the_case_would(store: SqlStore) -> None:
    first, second = (
        add(store, replace(with_every_promise(a_case(number, at=START)), days="old"), wakes_in=HOUR)
        for number in (1, 2)
    )

    def later(case: Case) -> Case:
        moved = (replace(p, due_at=p.due_at + HOUR) if isinstance(p, Running) else p for p in case.promises)
        return replace(case, promises=tuple(moved), days="new")

    store.run(
        lambda unit: unit.cases.retime([Retimed(first, later(first).promises, "new", START + 2 * HOUR)])
    )
    saved = store.run(lambda unit: unit.cases.save(later(second), wake_at=START + 2 * HOUR))

    found = store.run(lambda unit: unit.cases.lock_waking([first.id, second.id]))
    assert found == (
        (replace(later(first), version=first.version + 1), START + 2 * HOUR),
        (saved, START + 2 * HOUR),
    )
    same = "SELECT count(DISTINCT CAST(version AS TEXT) || next_due_at || wake_at) FROM case_"
    assert ask(store, same) == 1


@pytest.mark.parametrize("days", ["", "old"])
def test_words_that_look_like_what_moves_stay_as_they_were(store: SqlStore, days: str) -> None:
    words = f'"days":"{days}"'
    case = add(store, replace(a_case(at=START), brief=words, vendor=words, days=days))

    store.run(lambda unit: unit.cases.retime([Retimed(case, case.promises, "new", None)]))

    ((found, _),) = waking(store, case)
    assert found == replace(case, days="new", version=case.version + 1)


def test_other_due_times_of_a_case_that_moved_on_are_not_stored(store: SqlStore) -> None:
    first, second = (add(store, a_case(number, at=START)) for number in (1, 2))
    store.run(lambda unit: unit.cases.save(replace(second, brief="theirs"), wake_at=None))

    with pytest.raises(StaleCaseError):
        store.run(
            lambda unit: unit.cases.retime(
                [Retimed(each, each.promises, "new", START) for each in (first, second)]
            )
        )

    assert [wake for _, wake in waking(store, first, second)] == [None, None]


def test_nothing_is_stored_where_no_case_has_other_due_times(store: SqlStore) -> None:
    store.run(lambda unit: unit.cases.retime([]))


def test_a_case_that_cannot_be_read_has_a_key(store: SqlStore) -> None:
    broken = add(store, a_case(at=START))
    execute(store, "UPDATE case_ SET body = '{}'")

    with pytest.raises(UnreadableError):
        waking(store, broken)

    assert store.run(lambda unit: unit.cases.key(broken.id)) == broken.key


def waking(store: SqlStore, *cases: Case) -> tuple[tuple[Case, datetime | None], ...]:
    return store.read(lambda unit: unit.cases.lock_waking([case.id for case in cases]))


def test_without_wakes_there_is_no_next_one(store: SqlStore) -> None:
    add(store, a_case(at=START))

    assert store.read(lambda unit: unit.cases.next_wake()) is None


def test_every_day_counts_its_own_numbers(store: SqlStore) -> None:
    def count(unit: Unit) -> list[int]:
        return [unit.cases.number(day) for day in (TODAY, TODAY, date(2026, 11, 21))]

    assert store.run(count) == [1, 2, 1]


def test_two_threads_never_get_the_same_number(store: SqlStore) -> None:
    def some(_: int) -> list[int]:
        return [store.run(lambda unit: unit.cases.number(TODAY)) for _ in range(25)]

    with ThreadPoolExecutor(2) as threads:
        numbers = [number for mine in threads.map(some, range(2)) for number in mine]

    assert sorted(numbers) == list(range(1, 51))


def test_two_threads_saving_one_case_lose_nothing(store: SqlStore) -> None:
    key = add(store, a_case(at=START)).key

    def chase(unit: Unit) -> None:
        case = unit.cases.get(key)
        unit.cases.save(replace(case, chases=case.chases + 1), wake_at=None)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: store.run(chase), range(20)))

    assert store.read(lambda unit: unit.cases.get(key)).chases == 20


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_two_workers_claim_different_due_cases(store: SqlStore) -> None:
    ids = [add(store, a_case(number, at=START), wakes_in=timedelta(0)).id for number in range(1, 5)]
    both_claimed = Barrier(2, timeout=10)

    def claim(unit: Unit) -> list[CaseId]:
        claimed = [case.id for case in unit.cases.claim_due(limit=2)]
        both_claimed.wait()
        return claimed

    with ThreadPoolExecutor(2) as threads:
        claims = list(threads.map(lambda _: store.run(claim), range(2)))

    assert Counter(case for claim in claims for case in claim) == Counter(ids)


def test_many_cases_take_no_more_statements_than_one(store: SqlStore) -> None:
    for number in range(1, 31):
        add(store, with_every_promise(a_case(number, at=START)))

    with statements(store) as for_one:
        assert len(keys(store, CaseQuery(limit=1))) == 1
    with statements(store) as for_all:
        assert len(keys(store, CaseQuery(limit=30))) == 30

    assert len(for_all) == len(for_one)


def test_how_much_work_somebody_has_counts_what_is_not_solved(store: SqlStore) -> None:
    for number, (owner, status) in enumerate(
        [(LI, Status.OPEN), (LI, Status.WAITING), (LI, Status.SOLVED), (LI, Status.CLOSED)], start=1
    ):
        add(store, replace(a_case(number, at=START), owner=owner, status=status))

    assert store.read(lambda unit: unit.cases.workload([WANG, LI])) == {WANG: 0, LI: 2}
    assert store.read(lambda unit: unit.cases.workload([])) == {}


def test_what_may_still_wake_is_gone_through_by_id(store: SqlStore) -> None:
    for number, status in enumerate((Status.OPEN, Status.ENDED, Status.CLOSED, Status.WAITING), start=1):
        add(store, replace(a_case(number, at=START), status=status), wakes_in=number * HOUR)

    def batch(after: CaseId, limit: int) -> list[tuple[int, object]]:
        found = store.read(lambda unit: unit.cases.asleep(after=after, limit=limit))
        return [(int(case.key[-4:]), at) for case, at in found]

    first = store.read(lambda unit: unit.cases.asleep(after=CaseId(0), limit=1))[0][0].id
    assert batch(CaseId(0), 9) == [(1, START + HOUR), (3, START + 3 * HOUR), (4, START + 4 * HOUR)]
    assert batch(first, 1) == [(3, START + 3 * HOUR)]
