"""What a message was understood to say."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.core.matters import Complaint, Emergency
from bot.core.people import Level


class Intent(StrEnum):
    """What somebody wants with a message."""

    FAULT = "fault"
    HOW_TO = "how_to"
    FEATURE_REQUEST = "feature_request"
    COMPLAINT = "complaint"
    CASE_STATUS = "case_status"
    CLOSE_CONFIRM = "close_confirm"
    REOPEN = "reopen"
    CHIT_CHAT = "chit_chat"
    OUT_OF_SCOPE = "out_of_scope"


class Ask(StrEnum):
    """The one short question to put when the impact is unclear."""

    PEOPLE = "people"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the message as they were written, and the rule that read them."""

    words: str
    rule: str


@dataclass(frozen=True, slots=True)
class Likeliest:
    """The likeliest reading, also where clocks and waking people go by a worse one."""

    intent: Intent
    level: Level | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a message says.

    `level` is None where the intent has none; a reopening that tells of an outage has that of the case it
    opens where none can be reopened. With `ask` set the impact is unclear: `intent` and `level` are then the
    worse reading and hold provisionally, until the answer (see `answer_to_ask`); `likeliest` is what
    was most probably meant. `again`: what was thought solved is said to be there still, whatever else the
    message wants. `confidence` is how often such readings, the likeliest ones, are right; `clause` the
    definition the level goes by. `kind` is that of the emergency or the complaint; `objects`: the fault level
    of a case is said to be wrong.
    """

    intent: Intent
    level: Level | None
    confidence: float
    likeliest: Likeliest | None = None
    evidence: tuple[Evidence, ...] = ()
    clause: str = ""
    ask: Ask | None = None
    again: bool = False
    kind: Emergency | Complaint | None = None
    objects: bool = False


class Understands(Protocol):
    """Whatever reads messages: the packaged rules and model, and what may stand before them."""

    def understand(self, text: str) -> Reading:
        """Return what a message wants, and how bad the fault is if it tells of one."""
        ...

    def answer_to_ask(self, ask: Ask, answer: str) -> Level | None:
        """Return the level that an answer to a question gives, or None if it does not answer it."""
        ...
