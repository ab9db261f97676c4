"""The same play in two languages: who speaks, what they say, and an ear for what is answered."""

from dataclasses import dataclass, field

from bot.cases.model import Case, Status
from bot.core.people import Language
from bot.ports import MAIL
from tests.scenario.world import Line, World

LEAD, MANAGER = "zhou-lan", "xu-zhiyuan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A customer who speaks one language, with their group and the engineer who gets their cases."""

    language: Language
    customer: str
    group: str
    owner: str
    fault: str
    """A fault of level 3: nothing about it is unclear, and nobody above the owner is told."""


ZH = Side(
    language=Language.ZH,
    customer="qin-shuyao",
    group="huayue",
    owner="lin-xiaobei",
    fault="打印机坏了",
)
EN = Side(
    language=Language.EN,
    customer="oliver-grant",
    group="bluebay",
    owner="eve-turner",
    fault="The printer is broken",
)
SIDES = (ZH, EN)


def opened(world: World, side: Side, text: str = "") -> tuple[Case, str]:
    """Let the customer report a fault; return the case and its thread."""
    thread = world.say(side.customer, text or side.fault, group=side.group)
    return world.case(), thread


def brought_to(world: World, side: Side, status: Status) -> tuple[Case, str]:
    """Bring a fresh case to a status; return it with its thread."""
    case, thread = opened(world, side)
    steps = {
        Status.OPEN: (),
        Status.ACKNOWLEDGED: ("ack {case}",),
        Status.WAITING: ("ack {case}", "wait {case} vendor"),
        Status.SOLVED: ("solve {case} 42",),
        Status.CLOSED: ("solve {case} 42", "confirm {case} 42"),
        Status.ENDED: ("solve {case} 42", "confirm {case} 42"),
        Status.CANCELLED: ("cancel {case} 42",),
    }[status]
    for step in steps:
        world.command(side.owner, step.format(case=case.key))
    if status is Status.ENDED:
        world.wait(days=32)
    return world.case(case.key), thread


@dataclass
class Ear:
    """Hears what is said from now on; a card that only changes in place says nothing new."""

    world: World
    since: int = field(init=False)

    def __post_init__(self) -> None:
        self.since = len(self.world.every)

    def lines(self) -> list[Line]:
        """Return the new lines, oldest first."""
        return [line for line in self.world.every[self.since :] if line.versions == 1]

    def said_to(self, who: str) -> list[str]:
        """Return what a group, a person or a mailbox was told, oldest first."""
        return [line.text for line in self.lines() if who == address(line)]

    def everybody(self) -> list[str]:
        """Return who was told something, in order of the alphabet, once for each line."""
        return sorted(map(address, self.lines()))


def address(line: Line) -> str:
    """Return whom a line is for: a group's or a person's id, or `mail` and the name before the @."""
    if line.place.platform == MAIL:
        return "mail " + line.place.conversation.split("@")[0].replace(".", "-")
    return line.place.conversation.removeprefix("g:").removeprefix("dm:")
