"""Keeping articles: written, retired, taken back; every edit by somebody, none that says nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.core.errors import UserError
from bot.core.people import ContractId, CustomerId, PersonId
from bot.kb.article import Article
from bot.kb.editing import Edit, EditKind, in_force, print_of
from bot.kb.editing import undo as undone
from bot.kb.markdown import dump
from bot.kb.similar import alike
from bot.ports import Unit
from bot.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An article as an edit leaves it, None if it takes it away, and others that say nearly the same."""

    id: str
    article: Article | None
    version: int
    alike: tuple[Article, ...] = ()


def article_of(unit: Unit, desk: Desk, name: str) -> Article:
    """Return an article that is in force.

    Raises:
        UserError: there is none of this id.
    """
    found = desk.shelf.articles(unit).get(name.casefold())
    if found is None:
        raise UserError("unknown_article", article=name)
    return found


def today(unit: Unit, desk: Desk) -> date:
    """Return the day of an edit, where the desk is."""
    return unit.now.astimezone(desk.directory_of(unit).desk.zone).date()


def write(unit: Unit, desk: Desk, article: Article, *, by: PersonId, note: str = "") -> Written:
    """Put an article into force from now on, as the next version of its id.

    Raises:
        UserError: it says nothing new, or limits itself to somebody nobody knows, or others are yet unread.
    """
    _refuse_while_reading(desk)
    present = desk.shelf.articles(unit).get(article.id)
    unknown = next(_unknown_limits(unit, desk, article), None)
    if unknown is not None:
        field, value = unknown
        raise UserError("article_limit_unknown", field=field, words=value)
    if present is not None and print_of(_dated(article, present)) == print_of(present):
        raise UserError("article_unchanged", article=article.id)
    last = _last(unit, article.id)
    version = 1 + max(present.version if present else 0, last.version if last else 0)
    saved = replace(article, version=version, updated=today(unit, desk))
    similar = like(unit, desk, saved)
    edit = _next(unit, desk, saved.id, by=by)
    unit.articles.add(replace(edit, kind=EditKind.WRITE, body=dump(saved), version=version, note=note))
    return Written(id=saved.id, article=saved, version=version, alike=similar)


def retire(unit: Unit, desk: Desk, name: str, *, by: PersonId, note: str = "") -> Written:
    """Take an article out of force.

    Raises:
        UserError: there is none of this id, or it may be yet unread.
    """
    _refuse_while_reading(desk)
    present, last = article_of(unit, desk, name), _last(unit, name.casefold())
    version = 1 + max(present.version, last.version if last else 0)
    edit = _next(unit, desk, present.id, by=by)
    unit.articles.add(replace(edit, kind=EditKind.RETIRE, body="", version=version, note=note))
    return Written(id=present.id, article=None, version=version)


def undo(unit: Unit, desk: Desk, name: str, *, by: PersonId, version: str = "") -> Written:
    """Take the last edit of an article back; again, the one before it. A `version` must still be the last.

    Raises:
        UserError: nobody has edited an article of this id, all of it was taken back, somebody was faster,
            or its file is yet unread.
    """
    _refuse_while_reading(desk)
    history = {edit.number: edit for edit in unit.articles.edits_of(name.casefold())}
    last = history[max(history)] if history else None
    if last and version and version != str(last.version):
        raise UserError("article_changed_since", article=last.article)
    back = undone(history, last, by=by, at=unit.now) if last else None
    if back is None:
        raise UserError("nothing_to_undo", article=name)
    edit = unit.articles.add(back)
    return Written(
        id=edit.article, article=in_force(desk.shelf.filed(edit.article), edit), version=edit.version
    )


def _refuse_while_reading(desk: Desk) -> None:
    """What an edit lies over must be known."""
    if not desk.shelf.complete:
        raise UserError("articles_being_read")


def like(unit: Unit, desk: Desk, article: Article) -> tuple[Article, ...]:
    """Return other articles that say nearly the same, of those that its own titles find."""
    knowledge = desk.shelf.current(unit)
    hits = (
        hit
        for lang in article.languages
        for hit in knowledge.search(
            article.titles[lang], lang=lang, readable=lambda each: each.id != article.id
        )
    )
    return alike(article, {hit.article.id: hit.article for hit in hits}.values())


def _dated(article: Article, like: Article) -> Article:
    return replace(article, version=like.version, updated=like.updated)


def _last(unit: Unit, name: str) -> Edit | None:
    return next(reversed(unit.articles.edits_of(name)), None)


def _next(unit: Unit, desk: Desk, name: str, *, by: PersonId) -> Edit:
    """Return the next edit of an article as far as it does not matter what is done."""
    last = _last(unit, name)
    return Edit(
        article=name,
        kind=EditKind.WRITE,
        body="",
        version=1,
        base=print_of(desk.shelf.filed(name)),
        before=last.number if last else 0,
        by=by,
        at=unit.now,
    )


def _unknown_limits(unit: Unit, desk: Desk, article: Article) -> Iterator[tuple[str, str]]:
    directory = desk.directory_of(unit)
    yield from (("customers", each) for each in article.customers if not directory.customer(CustomerId(each)))
    yield from (("contracts", each) for each in article.contracts if not directory.contract(ContractId(each)))
    yield from (("schemes", each) for each in article.schemes if each not in desk.book.policies)
