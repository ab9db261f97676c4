import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

import storage
from bot.cases.model import Case
from bot.core.clock import FixedClock
from bot.core.errors import StoreError
from bot.ports import Head, Unit
from storage import SqlStore
from storage.headcheck import check_heads, read_files
from tests.contract.desk import START, Desk, execute
from tests.contract.test_store_facts import tamper
from tests.contract.values import a_case, a_fact

FIRST = date(2026, 11, 20)
DAY = timedelta(days=1)
KEY = "a key of the operator's"
OPENED = (a_fact("开了", at=START), a_fact("two", at=START))


@pytest.fixture
def store(desk: Desk) -> SqlStore:
    store = desk.store()
    store._head_key = KEY
    return store


@pytest.fixture
def cases(store: SqlStore) -> tuple[Case, Case]:
    """Two cases with two facts each."""
    return new_case(store, 1), new_case(store, 2)


def new_case(store: SqlStore, number: int) -> Case:
    case = store.run(lambda unit: unit.cases.add(a_case(number, at=START), wake_at=None))
    store.run(lambda unit: unit.facts.append(case.id, case.key, OPENED))
    return case


def take(store: SqlStore, day: date = FIRST) -> Head:
    return store.run(lambda unit: unit.heads.take(day))


def lines(head: Head) -> list[dict[str, str | int]]:
    return [json.loads(line) for line in head.body.splitlines()]


def wrong(store: SqlStore, *, key: str = KEY, files: dict[str, str] | None = None) -> list[str]:
    with store._database.reading() as connection:
        return [str(bad) for bad in check_heads(connection, key=key, files=files or {}).problems]


def test_a_head_lists_the_last_fact_of_every_case_that_has_grown(
    store: SqlStore, cases: tuple[Case, Case]
) -> None:
    ends = [store.read(lambda unit, case=case: unit.facts.of(case.id))[-1] for case in cases]  # type: ignore[misc] # no type on a default

    header, *listed = lines(take(store))

    assert header == {"v": 1, "day": "2026-11-20", "count": 2, "previous": "0" * 64}
    assert listed == [
        {"case": case.key, "seq": 2, "hash": end.hash} for case, end in zip(cases, ends, strict=True)
    ]


def test_the_next_head_lists_only_what_is_new_and_names_the_one_before(
    store: SqlStore, cases: tuple[Case, Case]
) -> None:
    first = take(store)
    store.run(lambda unit: unit.facts.append(cases[1].id, cases[1].key, (a_fact("three", at=START),)))

    header, *listed = lines(take(store, FIRST + DAY))

    assert header["previous"] == first.hash
    assert [(row["case"], row["seq"]) for row in listed] == [(cases[1].key, 3)]
    assert lines(take(store, FIRST + 2 * DAY))[0]["count"] == 0
    assert store.read(lambda unit: unit.heads.days()) == ("2026-11-20", "2026-11-21", "2026-11-22")


def test_a_head_can_be_checked_by_anybody_who_has_the_key(store: SqlStore, cases: tuple[Case, Case]) -> None:
    head = take(store)

    assert head.hash == hashlib.sha256(head.body.encode()).hexdigest()
    assert head.signature == hmac.new(KEY.encode(), head.body.encode(), hashlib.sha256).hexdigest()
    assert store.read(lambda unit: unit.heads.of("2026-11-20")) == head


def test_without_a_key_a_head_is_hashed_only(desk: Desk) -> None:
    assert take(desk.store()).signature == ""


def test_a_day_without_a_head_is_a_store_error(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="no daily head of 2026-11-20"):
        store.read(lambda unit: unit.heads.of("2026-11-20"))


def test_honest_heads_have_no_problems(store: SqlStore, cases: tuple[Case, Case]) -> None:
    heads = [take(store, FIRST + days * DAY) for days in range(3)]

    assert wrong(store, files={head.day: head.text for head in heads}) == []
    assert wrong(store, key="") == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM fact WHERE seq = 2 AND case_id = 1",
         "head 2026-11-20: C-20261120-0001 had fact 2 then, and has it no more"),
        ("UPDATE fact SET hash = 'x' WHERE seq = 2 AND case_id = 1",
         "head 2026-11-20: C-20261120-0001 had another fact 2 then"),
        ("UPDATE head SET signature = 'x' WHERE day = '2026-11-20'",
         "head 2026-11-20: its signature is not of this key"),
        ("UPDATE head SET signature = '' WHERE day = '2026-11-21'",
         "head 2026-11-21: it is not signed, although heads before it are"),
        ("UPDATE head SET count = 7 WHERE day = '2026-11-20'",
         "head 2026-11-20: its first line does not belong to it"),
        ("DELETE FROM head WHERE day = '2026-11-20'",
         "head 2026-11-21: it does not follow the head before it"),
        ("UPDATE head SET body = '{' WHERE day = '2026-11-21'", "head 2026-11-21: it was changed"),
        ("UPDATE head SET body = body || '{}' WHERE day = '2026-11-21'",
         "head 2026-11-21: its lines cannot be read"),
    ],
)  # fmt: skip
def test_whatever_is_changed_in_heads_or_cut_off_shows(
    desk: Desk, store: SqlStore, cases: tuple[Case, Case], statement: str, found: str
) -> None:
    take(store)
    take(store, FIRST + DAY)

    tamper(desk, store, statement)

    assert found in wrong(store)


def test_a_file_tells_what_the_database_no_longer_does(store: SqlStore, cases: tuple[Case, Case]) -> None:
    first, second = take(store), take(store, FIRST + DAY)
    execute(store, "DELETE FROM head WHERE day = '2026-11-21'")

    assert wrong(store, files={first.day: first.text.upper(), second.day: second.text}) == [
        "head 2026-11-20: its file and the database differ",
        "head 2026-11-21: there is a file of it, and none in the database",
    ]


def test_files_that_cannot_be_read_are_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "2026-11-20.jsonl").write_bytes(b"\xff")

    with pytest.raises(StoreError, match="cannot be read"):
        read_files(tmp_path)
    assert read_files(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_case_that_is_just_being_written_waits_for_the_next_head(
    desk: Desk, store: SqlStore, cases: tuple[Case, Case]
) -> None:
    other = desk.store()

    def write_while_a_head_is_taken(unit: Unit) -> Head:
        unit.facts.append(cases[0].id, cases[0].key, (a_fact("three", at=START),))
        return take(other)

    first = store.run(write_while_a_head_is_taken)

    assert [row["case"] for row in lines(first)[1:]] == [cases[1].key]
    assert [(row["case"], row["seq"]) for row in lines(take(store, FIRST + DAY))[1:]] == [(cases[0].key, 3)]


@pytest.mark.parametrize(
    "database", ["file", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
@pytest.mark.parametrize(
    ("key", "said"),
    [
        (KEY, "1 signatures"),
        ("", "1 signatures NOT checked: CASEBELL_HEAD_KEY is not set"),
    ],
)
def test_verify_says_what_it_checked(
    desk: Desk, store: SqlStore, cases: tuple[Case, Case], tmp_path: Path, key: str, said: str
) -> None:
    head = take(store)
    (tmp_path / f"{head.day}.jsonl").write_text(head.text, encoding="utf-8")

    verdict = storage.verify(desk.url, key=key, folder=tmp_path)

    assert verdict.problems == ()
    assert verdict.checked == (
        "2 cases with 4 facts, each hashed with the one before it",
        "0 edits of articles, each hashed with the one before it",
        "1 daily heads, each chained to the one before it; they list 2 last facts",
        said,
        "1 files of heads beside the database",
    )


@pytest.mark.parametrize("database", ["file"], indirect=True)
def test_verify_says_which_heads_have_no_signature(desk: Desk, cases: tuple[Case, Case]) -> None:
    take(desk.store())

    assert "0 signatures; 1 heads are hashed only, made without CASEBELL_HEAD_KEY" in (
        storage.verify(desk.url, key=KEY).checked
    )


def copy_of(desk: Desk, to: Path) -> storage.Verdict:
    return storage.backup(desk.url, to, key=KEY)


@pytest.mark.parametrize("database", ["file"], indirect=True)
def test_a_backup_is_one_whole_file_taken_while_the_database_is_served(
    desk: Desk, store: SqlStore, cases: tuple[Case, Case], tmp_path: Path
) -> None:
    take(store)
    copy = tmp_path / "copy.db"

    with storage.server_lock(desk.url):
        assert copy_of(desk, copy).problems == ()

    opened = SqlStore.open(f"sqlite:///{copy}", clock=FixedClock(START), demo=False)
    assert opened.read(lambda unit: unit.cases.get(cases[0].key)) == cases[0]
    opened.close()
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("copy")] == ["copy.db"]


@pytest.mark.parametrize("database", ["file"], indirect=True)
def test_a_backup_of_a_history_that_was_changed_says_so(
    desk: Desk, store: SqlStore, cases: tuple[Case, Case], tmp_path: Path
) -> None:
    tamper(desk, store, "UPDATE fact SET kind = 'closed' WHERE seq = 2 AND case_id = 1")

    assert [str(each) for each in copy_of(desk, tmp_path / "copy.db").problems] == [
        f"{cases[0].key} fact 2: it was changed"
    ]


@pytest.mark.parametrize("database", ["file"], indirect=True)
@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (lambda desk, folder: copy_of(desk, folder / "casebell.db"), "is there already"),
        (lambda desk, folder: copy_of(desk, folder / "no" / "copy.db"), "cannot be written"),
        (lambda desk, folder: storage.backup(f"sqlite:///{folder}/no.db", folder / "a"), "no database"),
        (lambda desk, folder: storage.backup("postgresql://h/d", folder / "a"), "only a SQLite file"),
    ],
)
def test_what_cannot_be_copied_is_a_store_error(
    desk: Desk, tmp_path: Path, refused: Callable[[Desk, Path], object], why: str
) -> None:
    with pytest.raises(StoreError, match=why):
        refused(desk, tmp_path)


def test_a_postgresql_server_copies_its_own_databases() -> None:
    command = storage.backup_command("postgres://me:secret@h:5432/casebell", Path("casebell.dump"))

    assert command == ("pg_dump --format=custom --file=casebell.dump postgresql://me@h:5432/casebell")
    assert storage.backup_command("sqlite:///a.db", Path("a")) is None
