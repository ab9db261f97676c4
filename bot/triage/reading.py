"""What a message was understood to say."""

from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a message says.

    `level` is None where the intent has none. With `ask` set the impact is unclear: `level` is then the worse
    reading and holds provisionally, until the answer (see `answer_to_ask`). `again`: what was thought solved
    is said to be there still, whatever else the message wants.
    """

    intent: Intent
    level: Level | None
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    ask: Ask | None = None
    again: bool = False
