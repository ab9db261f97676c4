"""What one trigger changed in a case, as a value."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.cases.decision import Tell
from bot.cases.facts import Data
from bot.cases.model import Case
from bot.cases.triggers import Context, Trigger
from bot.core.errors import UserError
from bot.sla.rules import ClockEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a trigger changed: the case, what the fact records, clocks and tells beyond the row's."""

    case: Case
    data: Data = field(default_factory=dict)
    clocks: tuple[ClockEvent, ...] = ()
    tells: tuple[Tell, ...] = ()
    text: str = ""


def unchanged(case: Case, trigger: Trigger, _context: Context) -> Effect:
    """Change nothing but what the row says."""
    return Effect(case=case, data={"choice": trigger.choice} if trigger.choice else {})


def one_of(choices: Iterable[str], word: str, case: Case) -> str:
    """Return a word that is one of the choices.

    Raises:
        UserError: it is none of them.
    """
    if word not in tuple(choices):
        raise UserError("unknown_choice", case=case.key, word=word, choices=", ".join(choices))
    return word
