"""Cases for tests: one in every status, and one that lives: things happen to it and time passes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TypedDict, Unpack

from bot.cases.decision import Decision, Tell
from bot.cases.facts import Fact, FactKind
from bot.cases.lifecycle import decide
from bot.cases.model import SYSTEM, Case, CaseType, Reporter, Status, Unseen, Visit, WaitingFor, Words
from bot.cases.triggers import Context, Trigger, TriggerKind
from bot.cases.wake import Wake, trigger, wakes
from bot.core.people import (
    CaseId,
    CaseKey,
    ContractId,
    CustomerId,
    Language,
    Level,
    PersonId,
    Place,
    PlatformName,
    Role,
)
from bot.sla.book import Book
from bot.sla.milestones import opened
from bot.sla.policy import Milestone
from bot.sla.promises import Promise
from bot.sla.rules import ClockEvent
from bot.sla.terms import Terms
from tests.unit.sla.desk import FLAT, OFFICE, SHANGHAI, WORKING_HOURS, local

WANG, LI, ZHAO, CHEN, BOSS = (PersonId(name) for name in ("wang", "li", "zhao", "chen", "boss"))
"""The customer's Wang; the engineers Li, Zhao and Chen in the order they are called; their manager."""

OTHER = CaseKey("C-20261120-0009")
EVENTS = replace(FLAT, schemes=("s1_events3",))
NOTHING = Terms(
    schemes=(),
    calendar="always",
    zone=SHANGHAI,
    ladder="",
    ladder_in_service_hours=False,
    engineer_clock="",
    engineer_clock_in_service_hours=False,
)
EVERY_TERMS = {
    "flat": FLAT,
    "events": EVENTS,
    "office": OFFICE,
    "office, paused by the customer": replace(OFFICE, customer_wait_pauses_fix=True),
    "working hours": WORKING_HOURS,
    "nothing promised": NOTHING,
}
OPENED = local("2026-11-20 10:00")
"""A Friday."""


@cache
def book() -> Book:
    """The shipped policies and calendars."""
    return Book.load()


def a_case(
    terms: Terms = FLAT,
    level: Level = Level.CRITICAL,
    *,
    at: datetime = OPENED,
    owner: PersonId | None = LI,
) -> Case:
    """A case as it is just after it was opened."""
    named = ((ClockEvent.ENGINEER_NAMED, at),) if owner else ()
    return Case(
        id=CaseId(1),
        key=CaseKey("C-20261120-0001"),
        version=1,
        status=Status.OPEN,
        type=CaseType.FAULT,
        customer=CustomerId("acme"),
        contract=ContractId("acme-2026"),
        terms=terms,
        edition=book().edition,
        reporter=Reporter(person=WANG, name="王"),
        place=Place(PlatformName("local"), "g:acme", "1"),
        language=Language.ZH,
        brief="数据库无法启动",
        opened_at=at,
        level=level,
        owner=owner,
        tried=(owner,) if owner else (),
        assigned_at=at if owner else None,
        engineer_due_from=at if owner else None,
        promises=opened(book(), terms, level, at, history=named),
        events=named,
        ladder_from=at if terms.ladder else None,
        turn=1,
    )


def in_status(status: Status, terms: Terms = FLAT) -> Case:
    """A case that came to a status the way cases do."""
    life = Life(a_case(terms))
    for step in WAY_TO[status]:
        life.do(step)
    return life.case


def suited(case: Case, kind: TriggerKind) -> Case:
    """The same case, prepared so that the trigger makes sense."""
    match kind:
        case TriggerKind.TAKE_BACK | TriggerKind.SEND_REPLY:
            held = Words(number=1, text="…", by=LI, said_at=OPENED, send_at=OPENED + timedelta(seconds=30))
            return replace(case, outgoing=(held,), words_sent=1)
        case TriggerKind.CUSTOMER_ANSWERED | TriggerKind.SILENCE:
            waits = case.status is Status.WAITING
            return replace(case, waiting=WaitingFor.CUSTOMER) if waits else case
        case TriggerKind.APPROVE | TriggerKind.DECLINE:
            return replace(case, vendor_asked_by=ZHAO)
        case TriggerKind.RUNG_AGAIN:
            return replace(case, unseen=Unseen(role=Role.MANAGER, told_at=OPENED))
        case TriggerKind.TAKE:
            return replace(case, owner=ZHAO)
        case TriggerKind.WORSEN:
            return replace(case, level=Level.MINOR)
        case _:
            return replace(case, visit=STANDS.get(kind, case.visit))


class Parts(TypedDict, total=False):
    """What a trigger may carry besides kind, speaker and instant."""

    text: str
    choice: str
    person: PersonId | None
    level: Level | None
    until: datetime | None
    number: int
    case: CaseKey | None
    on_behalf: bool


FITTING: Mapping[TriggerKind, Parts] = {
    TriggerKind.RUNG: {"number": 2, "choice": "manager"},
    TriggerKind.RUNG_AGAIN: {"number": 15, "choice": "same"},
    TriggerKind.ASSIGN: {"person": ZHAO},
    TriggerKind.LEVEL: {"level": Level.SEVERE},
    TriggerKind.CLARIFY: {"level": Level.SEVERE},
    TriggerKind.WORSEN: {"level": Level.SEVERE, "choice": "people"},
    TriggerKind.SET: {"choice": "vendor"},
    TriggerKind.MARK: {"choice": "standby"},
    TriggerKind.WAIT: {"choice": "vendor"},
    TriggerKind.ESCALATE: {"choice": "expert"},
    TriggerKind.RATE: {"number": 5},
    TriggerKind.MERGE: {"case": OTHER},
    TriggerKind.ABSORB: {"case": OTHER},
    TriggerKind.SEND_REPLY: {"number": 1},
}


def fitting(
    kind: TriggerKind, *, by: PersonId = LI, at: datetime = OPENED, **parts: Unpack[Parts]
) -> Trigger:
    """A trigger with what its kind needs, unless a test says otherwise."""
    carried: Parts = {"text": "…", **FITTING.get(kind, {}), **parts}
    return Trigger(kind=kind, by=by, said_at=at, **carried)


WAY_TO = {
    Status.OPEN: (),
    Status.ACKNOWLEDGED: (TriggerKind.ACKNOWLEDGE,),
    Status.WAITING: (TriggerKind.WAIT,),
    Status.SOLVED: (TriggerKind.SOLVE,),
    Status.CLOSED: (TriggerKind.SOLVE, TriggerKind.CONFIRM),
    Status.ENDED: (TriggerKind.SOLVE, TriggerKind.CONFIRM, TriggerKind.END),
    Status.CANCELLED: (TriggerKind.CANCEL,),
    Status.MERGED: (TriggerKind.MERGE,),
}
STANDS = {
    TriggerKind.VISIT_GO: Visit.NEEDED,
    TriggerKind.VISIT_ARRIVE: Visit.UNDERWAY,
    TriggerKind.VISIT_LEAVE: Visit.ARRIVED,
}


@dataclass
class Life:
    """A case that lives: what happened to it and who was to hear of it, with the local time of each."""

    case: Case
    now: datetime = OPENED
    engineers: tuple[PersonId, ...] = (LI, ZHAO, CHEN)
    manager: PersonId | None = BOSS
    facts: list[Fact] = field(default_factory=list)
    told: list[tuple[datetime, Tell]] = field(default_factory=list)
    fired: list[Wake] = field(default_factory=list)

    def do(
        self,
        kind: TriggerKind,
        *,
        by: PersonId = LI,
        said_at: datetime | None = None,
        **parts: Unpack[Parts],
    ) -> Decision:
        """Let somebody do something now."""
        return self.decide(fitting(kind, by=by, at=said_at or self.now, **parts))

    def decide(self, trigger_: Trigger) -> Decision:
        decision = decide(self.case, trigger_, context=self.context)
        self.case = decision.case
        self.facts.extend(decision.facts)
        self.told.extend((self.now, tell) for tell in decision.tells)
        return decision

    @property
    def context(self) -> Context:
        return Context(now=self.now, book=book(), engineers=self.engineers, manager=self.manager)

    def live_until(self, at: datetime) -> None:
        """Let time pass: every clock fires at its own instant."""
        while (wake := self.next()) and wake.at <= at:
            self.now = max(self.now, wake.at)
            self._fire(wake)
        self.now = at

    def wake_up_at(self, at: datetime) -> None:
        """Let time pass while nobody looks: everything missed fires at the end."""
        self.now = at
        while (wake := self.next()) and wake.at <= at:
            self._fire(wake)

    def next(self) -> Wake | None:
        return next(iter(wakes(self.case, book=book())), None)

    def _fire(self, wake: Wake) -> None:
        self.decide(trigger(wake, self.case, context=self.context))
        self.fired.append(wake)

    def times(self, *kinds: FactKind) -> list[tuple[str, str]]:
        """When which facts of these kinds were recorded, in local time."""
        return [(clock(fact.at), str(fact.kind)) for fact in self.facts if fact.kind in kinds]

    def rungs(self) -> list[tuple[str, str]]:
        """When which role was reached."""
        return [
            (clock(fact.at), str(fact.data["choice"]))
            for fact in self.facts
            if fact.kind is FactKind.RUNG_REACHED
        ]

    def heard(self, template: str) -> list[tuple[str, PersonId | None]]:
        """When whom a template was for."""
        return [(clock(at), tell.person) for at, tell in self.told if tell.template == template]

    def by_clocks(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.actor == SYSTEM]

    def promise(self, milestone: Milestone, scheme: str) -> Promise:
        return next(
            promise
            for promise in self.case.promises
            if (promise.target.milestone, promise.target.scheme) == (milestone, scheme)
        )


def clock(at: datetime) -> str:
    """Local time as people write it."""
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M:%S}"
