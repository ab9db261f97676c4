import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import storage
from bot.cases.facts import FactKind
from bot.cases.model import Case
from bot.core.errors import StoreError
from bot.core.people import CaseId, PersonId
from storage import SqlStore
from storage.chain import Link, canonical
from tests.contract.desk import START, Desk, ask, execute, problems
from tests.contract.values import LI, WANG, a_case, a_fact

ON_SQLITE = (
    "DROP TRIGGER fact_is_never_changed",
    "DROP TRIGGER fact_is_never_deleted",
    "DROP TRIGGER fact_is_never_replaced",
)
ON_POSTGRESQL = ("ALTER TABLE fact DISABLE TRIGGER USER",)


@pytest.fixture
def case(store: SqlStore) -> Case:
    """A case with three facts."""
    case = store.run(lambda unit: unit.cases.add(a_case(at=START), wake_at=None))
    facts = (a_fact("开了", at=START, kind=FactKind.OPENED), a_fact("two", at=START))
    store.run(lambda unit: unit.facts.append(case.id, case.key, facts))
    later = replace(a_fact("three", at=START), actor=LI, said_at=START - timedelta(microseconds=1))
    store.run(lambda unit: unit.facts.append(case.id, case.key, (later,)))
    return case


def tamper(desk: Desk, store: SqlStore, *statements: str) -> None:
    execute(store, *(ON_POSTGRESQL if desk.is_postgresql else ON_SQLITE), *statements)


def test_history_comes_back_in_order_and_chained(store: SqlStore, case: Case) -> None:
    history = store.read(lambda unit: unit.facts.of(case.id))

    assert [(recorded.seq, recorded.fact.text, recorded.fact.actor) for recorded in history] == [
        (1, "开了", WANG),
        (2, "two", WANG),
        (3, "three", LI),
    ]
    assert history[0].previous == "0" * 64
    assert [recorded.previous for recorded in history[1:]] == [recorded.hash for recorded in history[:-1]]
    assert history[2].fact.said_at == START - timedelta(microseconds=1)
    assert history[0].fact.data == {"round": 1, "by": None}


def test_facts_of_several_cases_continue_each_its_own_chain(store: SqlStore, case: Case) -> None:
    def add(number: int) -> Case:
        return store.run(lambda unit: unit.cases.add(a_case(number, at=START), wake_at=None))

    other, silent = add(2), add(3)
    store.run(lambda unit: unit.facts.append(silent.id, silent.key, (a_fact("one", at=START),)))
    facts = (a_fact("four", at=START), replace(a_fact("five", at=START), actor=LI))

    store.run(
        lambda unit: unit.facts.append_all(
            [(each.id, each.key, facts if each != silent else ()) for each in (case, other, silent)]
        )
    )

    first, second, third = store.read(lambda unit: [unit.facts.of(each.id) for each in (case, other, silent)])
    assert [each.seq for each in first] == [1, 2, 3, 4, 5]
    assert [(each.seq, each.fact.text) for each in second] == [(1, "four"), (2, "five")]
    assert len(third) == 1
    assert problems(store) == []


def test_facts_of_a_kind_are_found_since_an_instant(store: SqlStore, case: Case) -> None:
    other = store.run(lambda unit: unit.cases.add(a_case(2, at=START), wake_at=None))
    wrote = FactKind.CUSTOMER_WROTE
    late = a_fact("late", at=START + timedelta(hours=1))
    store.run(lambda unit: unit.facts.append_all([(case.id, case.key, (late,)), (other.id, other.key, ())]))

    def found(since: datetime) -> dict[CaseId, list[str]]:
        cases = [case.id, other.id]
        known = store.read(lambda unit: unit.facts.of_kind(wrote, cases, since=since))
        return {each: [fact.text for fact in facts] for each, facts in known.items()}

    assert found(START) == {case.id: ["two", "three", "late"]}
    assert found(late.at) == {case.id: ["late"]}
    assert found(late.at + timedelta(microseconds=1)) == {}


def test_what_append_returns_is_what_is_stored(store: SqlStore, case: Case) -> None:
    facts = (a_fact("四", at=START), a_fact("five", at=START))

    appended = store.run(lambda unit: unit.facts.append(case.id, case.key, facts))

    assert store.read(lambda unit: unit.facts.of(case.id))[3:] == appended
    assert store.run(lambda unit: unit.facts.append(case.id, case.key, ())) == ()


@given(words=st.text(), number=st.integers(), data=st.dictionaries(st.text(), st.text() | st.none()))
def test_a_link_is_hashed_as_the_canonical_json_of_its_parts(
    words: str, number: int, data: dict[str, str | None]
) -> None:
    parts = {
        **dict.fromkeys(("case", "previous", "kind", "actor", "text"), words),
        **dict.fromkeys(("v", "seq", "at", "said_at"), number),
    }
    whole = json.dumps({**parts, "data": data}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    link = Link(data=canonical(data), **parts)  # type: ignore[arg-type] # a table of both kinds

    assert link.hash == hashlib.sha256(whole.encode()).hexdigest()


def test_the_hash_can_be_recomputed_by_anybody(store: SqlStore, case: Case) -> None:
    recorded = store.read(lambda unit: unit.facts.of(case.id))[0]
    salt = ask(store, "SELECT salt FROM fact_text WHERE seq = 1")
    persons_salt = ask(store, f"SELECT salt FROM pseudonym WHERE person = '{WANG}'")
    us = (START.toordinal() - 719163) * 86_400_000_000 + 3_600_000_000

    canonical = json.dumps(
        {
            "actor": hashlib.sha256(f"{persons_salt}{WANG}".encode()).hexdigest(),
            "at": us,
            "case": case.key,
            "data": {"by": None, "round": 1},
            "kind": "opened",
            "previous": "0" * 64,
            "said_at": us,
            "seq": 1,
            "text": hashlib.sha256(f"{salt}开了".encode()).hexdigest(),
            "v": 1,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )

    assert recorded.hash == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact SET kind = 'closed' WHERE seq = 2",
        "DELETE FROM fact WHERE seq = 3",
        "DELETE FROM fact",
    ],
)
def test_the_database_refuses_to_change_or_delete_facts(store: SqlStore, case: Case, statement: str) -> None:
    with pytest.raises(Exception, match="facts are append-only"):
        execute(store, statement)

    assert len(store.read(lambda unit: unit.facts.of(case.id))) == 3


@pytest.mark.parametrize("database", ["memory", "file"], indirect=True)
def test_sqlite_refuses_to_replace_facts(store: SqlStore, case: Case) -> None:
    with pytest.raises(Exception, match="facts are append-only"):
        execute(store, "INSERT OR REPLACE INTO fact SELECT * FROM fact WHERE seq = 2")


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_postgresql_refuses_to_empty_facts(store: SqlStore, case: Case) -> None:
    with pytest.raises(Exception, match="facts are append-only"):
        execute(store, "TRUNCATE fact")


def test_an_honest_history_has_no_problems(store: SqlStore, case: Case) -> None:
    assert problems(store) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE fact SET kind = 'closed' WHERE seq = 2", ["fact 2: it was changed"]),
        ("UPDATE fact SET said_at = said_at - 1 WHERE seq = 2", ["fact 2: it was changed"]),
        ("UPDATE fact SET data = '{}' WHERE seq = 2", ["fact 2: it was changed"]),
        ("UPDATE fact SET data = '{' WHERE seq = 2", ["fact 2: it was changed"]),
        ("UPDATE fact SET actor = 'x' WHERE seq = 3",
         ["fact 3: it was changed", "fact 3: it is put down to another person"]),
        ("UPDATE fact SET v = 2 WHERE seq = 3",
         ["fact 3: it is of version 2, which this program does not know"]),
        ("UPDATE fact SET hash = 'x' WHERE seq = 2",
         ["fact 2: it was changed", "fact 3: it does not follow the fact before it"]),
        ("DELETE FROM fact WHERE seq = 2", ["fact 3: the facts from 2 to 2 are missing"]),
        ("DELETE FROM fact", ["fact 0: it has no facts"]),
        ("UPDATE fact_text SET text = 'never' WHERE seq = 2", ["fact 2: its words were changed"]),
        ("UPDATE fact_text SET salt = 'x' WHERE seq = 2", ["fact 2: its words were changed"]),
        ("UPDATE fact_text SET actor = 'li' WHERE seq = 2", ["fact 2: it is put down to another person"]),
        ("UPDATE fact_text SET actor = 'no' WHERE seq = 2", ["fact 2: it is put down to another person"]),
    ],
)  # fmt: skip
def test_whatever_is_tampered_with_shows(
    desk: Desk, store: SqlStore, case: Case, statement: str, found: list[str]
) -> None:
    tamper(desk, store, statement)

    assert problems(store) == [f"{case.key} {problem}" for problem in found]


def test_a_chain_moved_to_another_case_shows(desk: Desk, store: SqlStore, case: Case) -> None:
    tamper(desk, store, "UPDATE case_ SET key = 'C-20261120-0002'")

    assert problems(store) == [f"C-20261120-0002 fact {seq}: it was changed" for seq in (1, 2, 3)]


@pytest.mark.parametrize("database", ["file"], indirect=True)
def test_facts_without_their_case_show(desk: Desk, store: SqlStore, case: Case) -> None:
    with store._database.writing() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("DELETE FROM case_")
    store.close()

    assert [str(problem) for problem in storage.verify(desk.url).problems] == [
        f"case {case.id} fact 0: there are facts of it, but no case"
    ]


def test_a_person_is_erased_and_the_chain_still_holds(store: SqlStore, case: Case) -> None:
    execute(
        store,
        f"DELETE FROM fact_text WHERE actor = '{WANG}'",
        f"DELETE FROM pseudonym WHERE person = '{WANG}'",
    )

    history = store.read(lambda unit: unit.facts.of(case.id))

    assert problems(store) == []
    assert [recorded.fact.text for recorded in history] == ["", "", "three"]
    assert history[0].fact.actor == history[1].fact.actor != PersonId(WANG)
    assert WANG not in history[0].fact.actor


def test_someone_erased_who_comes_back_is_somebody_new(store: SqlStore, case: Case) -> None:
    execute(store, f"DELETE FROM fact_text WHERE actor = '{WANG}'", "DELETE FROM pseudonym")

    store.run(lambda unit: unit.facts.append(case.id, case.key, (a_fact("back", at=START),)))

    assert ask(store, "SELECT count(DISTINCT actor) FROM fact WHERE seq <> 3") == 2
    assert problems(store) == [f"{case.key} fact 3: it is put down to another person"]


@pytest.mark.parametrize(
    "database", ["file", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_verify_reads_a_database_by_its_address(desk: Desk, store: SqlStore, case: Case) -> None:
    assert storage.verify(desk.url).problems == ()
    tamper(desk, store, "UPDATE fact SET kind = 'closed' WHERE seq = 2")

    assert storage.verify(desk.url).problems == (storage.Problem(case.key, 2, "it was changed"),)


def test_verify_refuses_a_database_that_is_not_there() -> None:
    with pytest.raises(StoreError, match="casebell migrate"):
        storage.verify("sqlite:///nowhere/at/all.db")


def test_cases_are_found_by_the_kinds_of_their_facts(store: SqlStore, case: Case) -> None:
    other = store.run(lambda unit: unit.cases.add(a_case(2, at=START), wake_at=None))
    levelled = (
        a_fact("one", at=START, kind=FactKind.LEVELLED),
        a_fact("two", at=START, kind=FactKind.LEVELLED),
    )
    store.run(lambda unit: unit.facts.append(other.id, other.key, levelled))

    def having(*kinds: FactKind) -> object:
        return store.read(lambda unit: unit.facts.with_kinds(kinds))

    assert having(FactKind.LEVELLED) == (other.id,)
    assert having(FactKind.OPENED, FactKind.LEVELLED) == (case.id, other.id)
    assert having(FactKind.CANCELLED) == ()
