"""How well cases were understood in a period, and what was out of the ordinary: counted from facts alone."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from bot.cases.facts import Fact, FactKind
from bot.cases.model import SYSTEM
from bot.ports import CaseQuery, Unit
from bot.services.candidates import NOT_A_CASE

Figure = tuple[str, str]
"""What is counted, and of which kind."""


def figures(unit: Unit, *, since: datetime, until: datetime) -> Counter[Figure]:
    """Return how often each thing happened in the cases opened from one instant to another."""
    counted: Counter[Figure] = Counter()
    for case in unit.cases.ids(CaseQuery(opened_from=since, opened_to=until)):
        facts = [each.fact for each in unit.facts.of(case)]
        counted.update({figure for fact in facts for figure in _of(fact)})
    return counted


def _of(fact: Fact) -> Iterator[Figure]:
    count = COUNTED.get(fact.kind)
    if count is not None:
        yield from count(fact)


def _opened(fact: Fact) -> Iterator[Figure]:
    data = fact.data
    yield "opened", "all"
    yield "opened", f"{data['type']} level {data['level']}"
    if data["provisional"]:
        yield "provisional", "asked"
    if data["type"] == "complaint":
        yield "complaint", str(data.get("kind") or "of no kind")


def _levelled(fact: Fact) -> Iterator[Figure]:
    before, after = int(fact.data["from"] or 0), int(fact.data["to"] or 0)
    if fact.data.get("worse"):
        yield "level", "worse by further words"
    elif fact.data.get("answered"):
        yield "provisional", "answered"
    elif fact.actor != SYSTEM:
        moved = "confirmed" if after == before else "raised" if after < before else "lowered"
        yield "level", f"{moved} by staff"


def _marked(fact: Fact) -> Iterator[Figure]:
    if fact.data["choice"] == "disaster":
        yield "emergency", str(fact.data.get("kind") or "marked by hand")
    elif fact.data["choice"] == "no_disaster":
        yield "emergency", "taken back"


def _disputed(_fact: Fact) -> Iterator[Figure]:
    yield "level", "objected to"


def _cancelled(fact: Fact) -> Iterator[Figure]:
    if fact.data.get("choice") == NOT_A_CASE:
        yield "opened", "not a case"


def _reviewed(fact: Fact) -> Iterator[Figure]:
    yield "candidate", str(fact.data["choice"])


COUNTED: Mapping[FactKind, Callable[[Fact], Iterator[Figure]]] = {
    FactKind.OPENED: _opened,
    FactKind.LEVELLED: _levelled,
    FactKind.LEVEL_DISPUTED: _disputed,
    FactKind.MARKED: _marked,
    FactKind.CANCELLED: _cancelled,
    FactKind.READING_REVIEWED: _reviewed,
}
"""What each kind of fact counts as; a case counts once for each thing."""
