"""Who: ids, roles, levels and places, as the whole inside names them."""

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NewType

CaseId = NewType("CaseId", int)
CaseKey = NewType("CaseKey", str)
PersonId = NewType("PersonId", str)
CustomerId = NewType("CustomerId", str)
ContractId = NewType("ContractId", str)
GroupId = NewType("GroupId", str)
UnitId = NewType("UnitId", str)
PlatformName = NewType("PlatformName", str)

LOCAL = PlatformName("local")
"""The chat that comes with Casebell; a person's direct conversation there bears the person's own id."""

MAIL = PlatformName("mail")
"""The second channel that needs no setting up per person: a place on it is an address."""

DIRECT = "dm:"
"""What the name of somebody's direct conversation begins with, on every platform."""

MAIL_ADDRESS = re.compile(r"[^\s@,;<>()\[\]\"\\:]+@[^\s@,;<>()\[\]\"\\:]+")
"""One bare address: nothing in it could name a second recipient or begin another header."""


class Language(StrEnum):
    """A language people are spoken to in."""

    ZH = "zh"
    EN = "en"


class Role(StrEnum):
    """What a person is at the desk; the five rungs of a ladder run from ENGINEER to PRESIDENT.

    A SPECIALIST is the engineer whom a contract may demand for bad levels, an EXPERT whoever is asked for
    help, and for leave to ask a vendor.
    """

    CUSTOMER = "customer"
    ENGINEER = "engineer"
    SPECIALIST = "specialist"
    EXPERT = "expert"
    LEAD = "lead"
    MANAGER = "manager"
    DIRECTOR = "director"
    VICE_PRESIDENT = "vice_president"
    PRESIDENT = "president"
    ADMIN = "admin"


LADDER_ROLES = (Role.ENGINEER, Role.MANAGER, Role.DIRECTOR, Role.VICE_PRESIDENT, Role.PRESIDENT)
SUPERVISOR_ROLES = frozenset({Role.LEAD, *LADDER_ROLES[1:]})
ENGINEER_ROLES = frozenset({Role.ENGINEER, Role.SPECIALIST, Role.EXPERT})
STAFF_ROLES = ENGINEER_ROLES | {Role.ADMIN} | SUPERVISOR_ROLES
ABOVE = (Role.LEAD, *LADDER_ROLES[1:])
"""Who stands in for a role nobody fills: the next above."""


def chain_of(role: Role) -> tuple[Role, ...]:
    """Return a role and whoever stands in for it, from below."""
    return ABOVE[ABOVE.index(role) :] if role in ABOVE else (role, *ABOVE)


class Level(IntEnum):
    """Fault level on the desk's own scale, 1 the worst; P1-P4 and the event classes map to it (C27)."""

    CRITICAL = 1
    SEVERE = 2
    MINOR = 3
    USAGE = 4
    REQUEST = 5


class Audience(StrEnum):
    """Whose conversation a place is: it decides what is shown there."""

    CUSTOMER = "customer"
    ENGINEERS = "engineers"
    DIRECT = "direct"
    UNBOUND = "unbound"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a conversation of a platform, and the thread in it if there is one."""

    platform: PlatformName
    conversation: str
    thread: str | None = None

    def __str__(self) -> str:
        return f"{self.platform}:{self.conversation}" + (f"#{self.thread}" if self.thread else "")

    @property
    def direct(self) -> bool:
        """Whether only one person and the bot are there."""
        return self.conversation.startswith(DIRECT)

    @property
    def lane(self) -> str:
        """The conversation alone: everything in one conversation keeps its order."""
        return f"{self.platform}:{self.conversation}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a platform says spoke: its own id and the name it shows."""

    platform: PlatformName
    user: str
    name: str
