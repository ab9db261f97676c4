"""Verbs that only read: one case, lists, searches, the knowledge base."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.model import LIVE, Case, CaseType
from bot.core.errors import UserError
from bot.core.message import Message
from bot.core.verbs import Verb
from bot.handlers.arguments import Filters
from bot.handlers.call import Call, Handler
from bot.handlers.finding import in_sight, scope
from bot.handlers.values import TYPES
from bot.notify.answers import detail, explanation, history, listing
from bot.notify.promises import nearest_first
from bot.ports import CaseQuery, Order
from bot.services import knowledge
from bot.services.charts import chart
from bot.sla.promises import Running

MANY, SHOWN = 200, 20
"""How many cases near a deadline are looked at, and how many of those not yet overdue are listed."""

AT_RISK = timedelta(hours=2)
"""How near a deadline must be for its case to be listed as at risk."""


def show(call: Call) -> Message | None:
    """Show where a case stands."""
    case = call.the_case
    return detail(call.scene, case, [each.fact for each in call.turn.unit.facts.of(case.id)])


def why(call: Call) -> Message | None:
    """Explain every clock of a case, in words or as a picture."""
    case = call.the_case
    facts = [each.fact for each in call.turn.unit.facts.of(case.id)]
    if call.request.given.choice == "chart":
        return chart(call.turn, call.scene, case, facts)
    return explanation(call.scene, case, facts)


def log(call: Call) -> Message | None:
    """Show what happened to a case."""
    case = call.the_case
    return history(call.scene, case, call.turn.unit.facts.of(case.id))


def list_cases(call: Call) -> Message | None:
    """List live cases, nearest deadline first."""
    choice = call.request.given.choice
    cases = in_sight(call.turn, _narrowed(call, replace(scope(call.turn), statuses=LIVE), choice))
    if choice == "risk":
        cases = tuple(case for case in cases if not _overdue(case, call.turn.unit.now))[:SHOWN]
    return listing(call.scene, f"found.{choice or 'live'}", nearest_first(cases))


def find(call: Call) -> Message | None:
    """Search the cases that may be seen here, newest first."""
    given = call.request.given
    filters, words = given.filters, tuple(given.text.split())
    if not words and filters == Filters():
        raise UserError("argument_missing", verb=Verb.FIND, argument="search")
    query = replace(
        scope(call.turn),
        words=words,
        vendor=filters.vendor,
        type=_type(filters.type),
        opened_from=filters.opened_from,
        opened_to=filters.opened_to,
        order=Order.NEWEST,
    )
    return listing(call.scene, "found.search", in_sight(call.turn, query))


def ask(call: Call) -> Message | None:
    """Ask the knowledge base."""
    return knowledge.ask(call.turn, call.request.given.text)


def _narrowed(call: Call, query: CaseQuery, choice: str) -> CaseQuery:
    now, actor = call.turn.unit.now, call.turn.actor
    match choice:
        case "mine" if actor.staff:
            return replace(query, owner=actor.person)
        case "mine":
            return replace(query, reporter=actor.person)
        case "risk":
            return replace(query, due_before=now + AT_RISK, limit=MANY)
        case "overdue":
            return replace(query, due_before=now)
        case _:
            return query


def _overdue(case: Case, now: datetime) -> bool:
    return any(isinstance(promise, Running) and promise.due_at <= now for promise in case.promises)


def _type(words: str) -> CaseType | None:
    if not words:
        return None
    kind = TYPES.get(words.casefold())
    if kind is None:
        raise UserError("unknown_type", words=words)
    return kind


HANDLERS: Mapping[Verb, Handler] = {
    Verb.SHOW: show,
    Verb.WHY: why,
    Verb.LOG: log,
    Verb.LIST: list_cases,
    Verb.FIND: find,
    Verb.ASK: ask,
}
