"""Edits of articles are only added, drafts come and go, figures stay; the chain outlives its authors."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.people import CaseKey, PersonId
from bot.kb.editing import NOTHING, Edit, EditKind
from bot.ports import Somebody, Tally
from storage import SqlStore
from storage.articles import verify_edits
from tests.contract.desk import START, execute
from tests.contract.values import LI, WANG, a_case

WRITTEN = Edit(
    article="vpn-691",
    kind=EditKind.WRITE,
    body="---\nid: vpn-691",
    version=2,
    base="abc",
    before=0,
    by=LI,
    note="按客户的问法",
    at=START,
)


def add(store: SqlStore, edit: Edit) -> Edit:
    return store.run(lambda unit: unit.articles.add(edit))


def wrong(store: SqlStore) -> list[str]:
    with store._database.reading() as connection:
        return [str(each) for each in verify_edits(connection)]


def test_edits_are_numbered_and_read_back_in_order(store: SqlStore) -> None:
    assert store.read(lambda unit: unit.articles.mark()) == NOTHING
    first = add(store, WRITTEN)
    second = add(store, replace(WRITTEN, article="other", body=""))
    third = add(store, replace(WRITTEN, kind=EditKind.UNDO, body=None, before=0, note=""))

    assert (first.number, second.number, third.number) == (1, 2, 3)
    assert store.read(lambda unit: unit.articles.edits()) == (first, second, third)
    assert store.read(lambda unit: unit.articles.edits(after=1)) == (second, third)
    assert store.read(lambda unit: unit.articles.edits_of("vpn-691")) == (first, third)
    assert store.read(lambda unit: unit.articles.mark()).number == 3
    assert wrong(store) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE article_edit SET body = 'x'",
        "DELETE FROM article_edit",
        "INSERT INTO article_edit SELECT * FROM article_edit",
    ],
)
def test_an_edit_is_never_changed(store: SqlStore, change: str) -> None:
    add(store, WRITTEN)

    with pytest.raises(Exception, match=r"append-only|duplicate key"):
        execute(store, change)


@pytest.mark.parametrize("database", ["memory"], indirect=True)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE article_edit SET body = 'x' WHERE number = 1", "edit 1 of the articles: it was changed"),
        ("UPDATE article_edit SET body = NULL WHERE number = 2", "edit 2 of the articles: it was changed"),
        ("DELETE FROM article_edit WHERE number = 1", "the edits from 1 to 1 are missing"),
        ("UPDATE article_author SET person = 'wang' WHERE number = 2", "put down to another person"),
        ("UPDATE article_author SET note = 'x' WHERE number = 2", "its reason was changed"),
    ],
)
def test_whoever_changes_an_edit_behind_our_back_is_found_out(
    store: SqlStore, change: str, told: str
) -> None:
    for edit in (WRITTEN, replace(WRITTEN, body="")):
        add(store, edit)

    execute(store, *(f"DROP TRIGGER article_edit_is_never_{what}" for what in ("changed", "deleted")), change)

    assert told in wrong(store)[0]


def test_a_transaction_goes_by_what_was_committed_before_it(store: SqlStore) -> None:
    before = store.run(lambda unit: (unit.articles.add(WRITTEN), unit.articles.mark())[1])
    between = store.rehearse(
        lambda unit: (unit.articles.mark(), unit.articles.add(WRITTEN), unit.articles.mark())
    )
    after = store.read(lambda unit: unit.articles.mark())

    assert before == NOTHING
    assert between[0] == between[2] == after
    assert after.number == 1


def test_drafts_come_and_go(store: SqlStore) -> None:
    draft = store.run(lambda unit: unit.articles.draft(CaseKey("C-1"), by=LI, body="one"))
    other = store.run(lambda unit: unit.articles.draft(CaseKey("C-2"), by=LI, body="two"))
    store.run(lambda unit: unit.articles.drop(draft.number))

    assert store.read(lambda unit: unit.articles.drafts()) == (other,)
    assert (other.case, other.by, other.at, other.body) == ("C-2", LI, START, "two")


def test_a_day_counted_again_is_counted_once(store: SqlStore) -> None:
    day = date(2026, 11, 19)
    for asked in (3, 5):
        tally = Tally(day=day, article="", figures={"asked": asked})
        store.run(lambda unit, tally=tally: unit.articles.count(tally))  # type: ignore[misc] # no type on a default
    before = Tally(day=day - timedelta(days=1), article="vpn-691", figures={"helped": 1})
    store.run(lambda unit: unit.articles.count(before))

    counted = Tally(day=day, article="", figures={"asked": 5})
    assert store.read(lambda unit: unit.articles.tallies(day, day)) == (counted,)
    assert store.read(lambda unit: unit.articles.tallies(before.day, day)) == (before, counted)


def test_an_erased_author_is_nobody_and_the_chain_holds(store: SqlStore) -> None:
    add(store, WRITTEN)
    add(store, replace(WRITTEN, by=PersonId("someone-else")))

    store.run(lambda unit: unit.keeping.erase(Somebody(persons=frozenset({LI}))))

    erased, kept = store.read(lambda unit: unit.articles.edits())
    assert (erased.by, erased.note, erased.body) == (None, "", WRITTEN.body)
    assert kept.by == "someone-else"
    assert wrong(store) == []


@pytest.mark.parametrize("who", [LI, WANG])
def test_drafts_go_with_who_made_them_and_with_whose_case_it_was(store: SqlStore, who: PersonId) -> None:
    case = store.run(lambda unit: unit.cases.add(a_case(at=START), wake_at=None))
    assert case.reporter.person == WANG
    store.run(lambda unit: unit.articles.draft(case.key, by=LI, body="one"))

    store.run(lambda unit: unit.keeping.erase(Somebody(persons=frozenset({who}))))

    assert store.read(lambda unit: unit.articles.drafts()) == ()
