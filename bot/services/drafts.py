"""Articles drafted from solved cases: nobody but a person puts one into force."""

from collections.abc import Iterator
from dataclasses import replace

from bot.cases.model import Case
from bot.core.errors import ConfigError, UserError
from bot.core.people import Language, PersonId
from bot.kb.article import Article, cleaned
from bot.kb.changing import identifier, language_of, written
from bot.kb.drafting import scrubbed
from bot.kb.markdown import dump, parse
from bot.ports import Draft, Unit
from bot.services.articles import Written, today, write
from bot.services.desk import Desk


def draft_of(unit: Unit, desk: Desk, case: Case, *, by: PersonId) -> tuple[Draft, Article]:
    """Draft an article from a case's question and solution, without the customer's data.

    Raises:
        UserError: the case has no solution yet.
    """
    names = tuple(_names(unit, desk, case))
    answer = cleaned(scrubbed(case.solution, names), lines=True)
    title = cleaned(scrubbed(case.brief, names), lines=False)
    if not answer or not title:
        raise UserError("case_without_solution", case=case.key)
    lang = language_of(answer, case.language)
    article = written(
        identifier(title, desk.shelf.articles(unit)),
        lang,
        title,
        answer,
        source=own_source(desk, lang),
        day=today(unit, desk),
    )
    return unit.articles.draft(case.key, by=by, body=dump(article)), article


def own_source(desk: Desk, lang: Language) -> str:
    """Return what an article rests on that rests on no document: the desk's own experience."""
    return desk.texts.say("kb.own_source", lang)


def drafted(unit: Unit, number: str) -> tuple[Draft, Article]:
    """Return a draft that nobody has looked through yet.

    Raises:
        UserError: there is none of this number.
    """
    found = next((each for each in unit.articles.drafts() if str(each.number) == number.lstrip("#")), None)
    if found is None:
        raise UserError("unknown_draft", draft=number)
    return found, parse(found.body, f"draft {found.number}")


def titled(unit: Unit, lang: Language) -> Iterator[tuple[Draft, str]]:
    """Yield every draft with its title, in this language if it has it; none if it cannot be read."""
    for draft in unit.articles.drafts():
        try:
            article = parse(draft.body, f"draft {draft.number}")
        except ConfigError:
            yield draft, ""
        else:
            yield draft, article.titles[article.spoken_to(lang)]


def publish(unit: Unit, desk: Desk, draft: Draft, article: Article, *, by: PersonId) -> Written:
    """Put a draft into force, as somebody has looked it through; it is a draft no more."""
    taken = desk.shelf.articles(unit)
    name = identifier(article.id, taken) if article.id in taken else article.id
    unit.articles.drop(draft.number)
    return write(unit, desk, replace(article, id=name), by=by, note=draft.case)


def _names(unit: Unit, desk: Desk, case: Case) -> Iterator[str]:
    """Yield what the customer, their people and the reporter are called, and how they are reached."""
    directory, reporter = desk.directory_of(unit), case.reporter
    yield from (reporter.name, reporter.phone, reporter.email, reporter.address, case.key)
    if reporter.sender:
        yield reporter.sender.name
    if case.contract:
        yield case.contract
    customer = directory.customer(case.customer) if case.customer else None
    if customer:
        yield from (customer.name.zh, customer.name.en)
    for person in directory.people.values():
        if person.customer == case.customer or person.is_staff:
            said = (person.name, person.name_en, person.phone, person.email, person.address)
            yield from (each for each in said if each)
