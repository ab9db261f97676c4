"""What people decided otherwise than it was read: candidates for examples, which a person looks through.

Nothing is learned of itself: a candidate becomes an example when somebody accepts it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.cases.facts import Data, Fact, FactKind, Recorded
from bot.cases.model import SYSTEM, Case
from bot.core.errors import UserError
from bot.core.people import CaseKey, Level, PersonId
from bot.ports import Unit
from bot.services.privacy import redacted
from bot.triage.reading import Intent

NOT_A_CASE = "not_a_case"
"""The choice with which somebody cancels what should not have been a case."""


class Why(StrEnum):
    """What makes words a candidate."""

    OVERRIDE = "override"
    REOPENED_WORSE = "reopened_worse"
    NOT_A_CASE = "not_a_case"


class Review(StrEnum):
    """What a person said of a candidate."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Words, how they were read, and what a person decided of them.

    `id` is the case and the number of the fact that decided. `text` is without private data. `intent` and
    `level` are the label it would have; an intent nobody named is None. `review` is what was said of it.
    """

    id: str
    case: CaseKey
    at: datetime
    why: Why
    text: str
    read_intent: str
    read_level: int | None
    confidence: int
    rules: str
    intent: Intent | None
    level: Level | None
    by: PersonId
    review: Review | None = None


AT_ONCE = 500
"""How many cases are read at a time."""

DECIDE = frozenset({FactKind.LEVELLED, FactKind.CANCELLED})
"""Facts of which one at least stands behind every candidate."""


def candidates(unit: Unit, names: frozenset[str]) -> Iterator[Candidate]:
    """Yield every candidate, those of the oldest case first; `names` are taken out of the words."""
    cases = unit.facts.with_kinds(DECIDE)
    for start in range(0, len(cases), AT_ONCE):
        for case in unit.cases.lock(cases[start : start + AT_ONCE]):
            yield from _of(case, unit.facts.of(case.id), names)


def candidate(unit: Unit, id: str, names: frozenset[str]) -> Candidate:  # noqa: A002 - what it is called
    """Return one candidate.

    Raises:
        UserError: there is none of this id.
    """
    number, _, _ = id.partition("/")
    cases = unit.cases.find(number)
    found = (each for case in cases for each in _of(case, unit.facts.of(case.id), names) if each.id == id)
    one = next(found, None)
    if one is None:
        raise UserError("unknown_candidate", candidate=id)
    return one


def reviewed(unit: Unit, of: Candidate, review: Review, *, by: PersonId) -> None:
    """Record what somebody said of a candidate.

    Raises:
        UserError: somebody has said so already.
    """
    if of.review is not None:
        raise UserError("candidate_reviewed", candidate=of.id)
    case = unit.cases.get(of.case)
    data: Data = {
        "choice": review,
        "of": int(of.id.partition("/")[2]),
        "intent": of.intent,
        "level": None if of.level is None else int(of.level),
    }
    fact = Fact(kind=FactKind.READING_REVIEWED, at=unit.now, said_at=unit.now, actor=by, data=data)
    unit.facts.append(case.id, case.key, (fact,))


def _of(case: Case, recorded: Sequence[Recorded], names: frozenset[str]) -> Iterator[Candidate]:
    """Yield the candidates of one case; of several levels that were set the last counts."""
    read, reviews = _read(recorded), _reviews(recorded)
    if read is None:
        return
    for why, said, decided in _decided(recorded):
        text = redacted(said.text, names).strip()
        level = decided.fact.data.get("to")
        if not text or (why is not Why.NOT_A_CASE and level == read.get("likeliest")):
            continue
        yield Candidate(
            id=f"{case.key}/{decided.seq}",
            case=case.key,
            at=decided.fact.at,
            why=why,
            text=text,
            read_intent=str(read["intent"]),
            read_level=_whole(read["likeliest"]),
            confidence=_whole(read["confidence"]) or 0,
            rules=str(read["rules"]),
            intent=None if why is Why.NOT_A_CASE else Intent.FAULT,
            level=None if why is Why.NOT_A_CASE else Level(_whole(level) or case.level),
            by=decided.fact.actor,
            review=reviews.get(decided.seq),
        )


def _decided(recorded: Sequence[Recorded]) -> Iterator[tuple[Why, Fact, Recorded]]:
    """Yield why, the words that were read, and the fact that decided: the last level of each round."""
    said, why = recorded[0].fact, Why.OVERRIDE
    levelled: Recorded | None = None
    for each in recorded:
        match each.fact.kind:
            case FactKind.LEVELLED if _is_override(each.fact):
                levelled = each
            case FactKind.REOPENED:
                if levelled is not None and _counts(why, levelled.fact):
                    yield why, said, levelled
                said, why, levelled = each.fact, Why.REOPENED_WORSE, None
            case FactKind.CANCELLED if each.fact.data.get("choice") == NOT_A_CASE:
                yield Why.NOT_A_CASE, recorded[0].fact, each
            case _:
                pass
    if levelled is not None and _counts(why, levelled.fact):
        yield why, said, levelled


def _is_override(fact: Fact) -> bool:
    return fact.actor != SYSTEM and not fact.data.get("answered")


def _counts(why: Why, fact: Fact) -> bool:
    """Whether a level tells of a reading: of a case that came back only a worse one does."""
    return why is Why.OVERRIDE or int(fact.data["to"] or 0) < int(fact.data["from"] or 0)


def _read(recorded: Sequence[Recorded]) -> Data | None:
    """Return how the words that opened the case were understood, if that was recorded."""
    data: Data = recorded[0].fact.data if recorded else {}
    return data if "confidence" in data else None


def _reviews(recorded: Sequence[Recorded]) -> dict[int, Review]:
    return {
        _whole(each.fact.data["of"]) or 0: Review(str(each.fact.data["choice"]))
        for each in recorded
        if each.fact.kind is FactKind.READING_REVIEWED
    }


def _whole(datum: object) -> int | None:
    return datum if isinstance(datum, int) else None
