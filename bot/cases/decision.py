"""What is decided about a case: its next state, what is recorded of it, and who hears."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.cases.facts import Data, Fact
from bot.cases.model import Case
from bot.core.message import Attachment
from bot.core.people import PersonId, Role


class To(StrEnum):
    """Whom a decision wants told; services turn it into places.

    ENGINEERS are told in their groups, INTERNAL below the case's card there. ROLE is who is called in the
    tell's role; INVOLVED too, unless the owner fills it; BRANCH whoever has the duty there. UNITS
    are those of the datum `units`. SAME and NEXT are who was told of a rung in that role, and who comes next.
    """

    CUSTOMER = "customer"
    OWNER = "owner"
    FORMER_OWNER = "former_owner"
    ENGINEERS = "engineers"
    INTERNAL = "internal"
    LEAD = "lead"
    MANAGER = "manager"
    RUNG = "rung"
    INVOLVED = "involved"
    BRANCH = "branch"
    ROLE = "role"
    UNITS = "units"
    SAME = "same"
    NEXT = "next"
    MAIL = "mail"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Something a person must hear because of a decision.

    `template` names a builder of notify's; `person` and `role` narrow `to` where the case alone does not say
    who.
    `wake` is the key of the clock it comes from; words from clocks are bundled, words of people never are.
    `files` came with the words.
    """

    template: str
    to: To
    person: PersonId | None = None
    role: Role | None = None
    data: Data = field(default_factory=dict)
    text: str = ""
    second_channel: bool = False
    wake: str = ""
    files: tuple[Attachment, ...] = ()

    @property
    def the_role(self) -> Role:
        """That role; only asked for where the audience is one."""
        if self.role is None:
            raise LookupError(f"{self.template} is for no role")
        return self.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a trigger does to a case: its next state, what is recorded, who hears."""

    case: Case
    facts: tuple[Fact, ...] = ()
    tells: tuple[Tell, ...] = ()
