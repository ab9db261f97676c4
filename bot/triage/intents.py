"""What somebody wants: one table from what a message says to the intent."""

from dataclasses import dataclass

from bot.triage.passage import FAILURES, OBJECTS, Passage
from bot.triage.reading import Intent
from bot.triage.rules import Sign

GRAVE = frozenset({Sign.DEAD, Sign.STOPS, Sign.DATA_LOST, Sign.ATTACK, Sign.EVERYONE})
ALWAYS = frozenset(Sign)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A message that says something of `says` and nothing of `unless`; `over`: and tells of a past fault."""

    intent: Intent
    says: frozenset[Sign]
    unless: frozenset[Sign] = frozenset()
    over: bool = False
    confidence: float


INTENTS = (
    Row(intent=Intent.REOPEN, says=frozenset({Sign.REOPENS}), unless=GRAVE, confidence=0.9),
    Row(
        intent=Intent.OUT_OF_SCOPE,
        says=frozenset({Sign.FOREIGN}),
        unless=FAILURES | OBJECTS | {Sign.COMPLAINS},
        confidence=0.8,
    ),
    Row(intent=Intent.COMPLAINT, says=frozenset({Sign.COMPLAINS}), unless=FAILURES, confidence=0.85),
    Row(
        intent=Intent.FEATURE_REQUEST,
        says=frozenset({Sign.WISHES}),
        unless=GRAVE - {Sign.EVERYONE} | {Sign.HOW},
        confidence=0.8,
    ),
    Row(
        intent=Intent.CASE_STATUS,
        says=frozenset({Sign.ASKS_STATUS}),
        unless=FAILURES | {Sign.SUPPOSED, Sign.IF},
        confidence=0.85,
    ),
    Row(
        intent=Intent.REOPEN,
        says=frozenset({Sign.AGAIN}),
        unless=GRAVE | OBJECTS,
        confidence=0.75,
    ),
    Row(intent=Intent.FAULT, says=FAILURES, confidence=0.85),
    Row(
        intent=Intent.FAULT,
        says=frozenset({Sign.ASKS}),
        unless=frozenset({Sign.CONFIRMS}),
        over=True,
        confidence=0.7,
    ),
    Row(
        intent=Intent.CLOSE_CONFIRM,
        says=frozenset({Sign.CONFIRMS}),
        unless=frozenset({Sign.ASKS}),
        confidence=0.85,
    ),
    Row(intent=Intent.FAULT, says=ALWAYS, over=True, confidence=0.6),
    Row(
        intent=Intent.CLOSE_CONFIRM,
        says=frozenset({Sign.RECOVERED}),
        unless=frozenset({Sign.ASKS}),
        confidence=0.7,
    ),
    Row(intent=Intent.HOW_TO, says=frozenset({Sign.ASKS, Sign.SUPPOSED, Sign.IF}), confidence=0.8),
    Row(intent=Intent.FAULT, says=frozenset({Sign.SLIP}), confidence=0.7),
    Row(intent=Intent.CLOSE_CONFIRM, says=frozenset({Sign.CONFIRMS}), confidence=0.6),
    Row(intent=Intent.CHIT_CHAT, says=frozenset({Sign.GREETS}), confidence=0.85),
)
"""The first row that fits counts."""
NOTHING_SAID = Row(intent=Intent.HOW_TO, says=frozenset(), confidence=0.3)
"""Words no rule knows: the knowledge base is asked, and a case is one button away."""


def intent_of(passage: Passage) -> Row:
    """Return the row that says what the message wants."""
    said = passage.signs
    return next((row for row in INTENTS if _fits(row, said, over=passage.over)), NOTHING_SAID)


def _fits(row: Row, said: frozenset[Sign], *, over: bool) -> bool:
    return bool(row.says & said) and not row.unless & said and (over or not row.over)
