"""Several processes, one knowledge base: whoever looks sees what anybody has written before."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from bot.core.people import PersonId
from bot.kb.article import Article
from bot.kb.editing import Edit, EditKind, print_of
from bot.kb.markdown import dump
from bot.kb.search import KnowledgeBase
from bot.ports import Unit
from bot.services.shelf import Shelf
from storage.articles import verify_edits
from tests.contract.desk import START, Desk
from tests.contract.values import LI
from tests.unit.kb.articles import HOURS

SERVED = pytest.mark.parametrize(
    "database", ["file", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def written(unit: Unit, article: Article, *, by: PersonId = LI) -> Edit:
    last = next(reversed(unit.articles.edits_of(article.id)), None)
    return unit.articles.add(
        Edit(
            article=article.id,
            kind=EditKind.WRITE,
            body=dump(article),
            version=article.version,
            base=print_of(None),
            before=last.number if last else 0,
            by=by,
            at=START,
        )
    )


@SERVED
def test_what_one_process_writes_another_knows_at_its_next_look(desk: Desk) -> None:
    here, there = desk.store(), desk.store()
    mine, theirs = Shelf(KnowledgeBase(())), Shelf(KnowledgeBase(()))
    assert there.read(theirs.articles) == {}

    for version in (1, 2):
        article = replace(HOURS, version=version)
        here.run(partial(written, article=article))
        assert there.read(theirs.articles) == {HOURS.id: article} == here.read(mine.articles)


@SERVED
def test_what_was_taken_back_with_its_transaction_nobody_knows(desk: Desk) -> None:
    store, shelf = desk.store(), Shelf(KnowledgeBase(()))

    def looks_after_writing(unit: Unit) -> object:
        written(unit, HOURS)
        return shelf.articles(unit)

    assert store.rehearse(looks_after_writing) == {}
    assert store.read(shelf.articles) == {}
    store.run(partial(written, article=replace(HOURS, id="other")))
    assert set(store.read(shelf.articles)) == {"other"}


@SERVED
def test_who_looks_at_an_older_moment_takes_nothing_from_the_others(desk: Desk) -> None:
    store, other, shelf = desk.store(), desk.store(), Shelf(KnowledgeBase(()))
    store.run(partial(written, article=HOURS))

    def looks_before_and_after(unit: Unit) -> None:
        shelf.articles(unit)
        other.run(partial(written, article=replace(HOURS, id="later")))
        other.read(shelf.articles)
        shelf.articles(unit)

    store.read(looks_before_and_after)

    assert set(store.read(shelf.articles)) == {HOURS.id, "later"}


@SERVED
def test_many_who_write_at_once_lose_nothing(desk: Desk) -> None:
    stores = [desk.store() for _ in range(4)]
    shelf = Shelf(KnowledgeBase(()))

    def write(number: int) -> None:
        store = stores[number % 4]
        store.run(partial(written, article=replace(HOURS, id=f"article-{number}")))
        assert f"article-{number}" in store.read(shelf.articles)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(20)))

    assert set(stores[0].read(shelf.articles)) == {f"article-{number}" for number in range(20)}
    edits = stores[0].read(lambda unit: unit.articles.edits())
    assert [edit.number for edit in edits] == list(range(1, 21))
    with stores[0]._database.reading() as connection:
        assert list(verify_edits(connection)) == []
