"""A desk to compare with the model: the real services on a real store, and beside each case its model."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from bot.cases.model import SYSTEM, Case, CaseType, Fact, FactKind, Reporter, Status, Visit, WaitingFor
from bot.cases.triggers import Trigger
from bot.cases.triggers import TriggerKind as T
from bot.core.clock import FixedClock
from bot.core.people import CaseKey, ContractId, CustomerId, Language, Level, PersonId, Place, PlatformName
from bot.directory.loader import parse_directory
from bot.kb.search import KnowledgeBase
from bot.notify.texts import Texts
from bot.ports import Store, Unit
from bot.services.cases import Opening, open_case, perform
from bot.services.desk import Desk
from bot.services.wake import fire_due
from bot.sla.edition import pack
from bot.sla.milestones import Met, Running
from bot.sla.policy import Book
from bot.triage.rules import load_rules
from bot.triage.triage import Triage
from tests.oracle.hours import instant, minute
from tests.oracle.model import Contract, Model

BOOK = Book.load()
ENGINEER, CALLER = PersonId("ann"), PersonId("wang")

CONTRACTS: Mapping[str, Contract] = {
    "campus": Contract(("s1_phone", "s1_onsite", "s1_p4"), "always", ladder_in_hours=False),
    "events": Contract(("s1_events3", "s1_disaster"), "always", ladder_in_hours=False),
    "office": Contract(("s0_fault5", "s0_rma"), "s0_office", site=120, pauses=True),
    "counted": Contract(("s0_fault5",), "s0_office", pauses=True, fix_in_hours=True),
    "response": Contract(("s4_response5",), "s4_standard"),
    "equipment": Contract(("s3_service", "s3_equipment"), "always", pauses=True, ladder=False),
}
"""Contracts of every kind the documents have, and a few settings."""

HEAD = """\
desk:
  name: {zh: 台, en: Desk}
  zone: Asia/Shanghai
  languages: [zh, en]
  reply_to: desk@example.com
customers:
  - {id: one, name: {zh: 甲, en: One}, language: zh}
people:
  - {id: ann, name: Ann, roles: [engineer, manager, director, vice_president, president], ids: {local: ann}}
contracts:
"""
ROW = """\
  - id: {name}
    customer: one
    title: {name}
    schemes: {schemes}
    calendar: {calendar}
    starts_on: 2020-01-01
    hotline: 000-0000-0000
    site_allowance_hours: {site}
    customer_wait_pauses_fix: {pauses}
    fix_in_service_hours: {fix}
    ladder_in_service_hours: {ladder}
    engineer_clock_in_service_hours: false
"""

DEEDS: Mapping[str, tuple[T, str, tuple[str, ...]]] = {
    "speak": (T.STAFF_SPOKE, "", ("responded",)),
    "call": (T.CALL, "", ("responded", "support_started")),
    "diagnose": (T.DIAGNOSE, "", ("responded", "support_started", "diagnosed")),
    "need": (T.VISIT_NEED, "", ("visit_decided",)),
    "arrive": (T.VISIT_ARRIVE, "", ("arrived",)),
    "leave": (T.VISIT_LEAVE, "", ()),
    "wait": (T.WAIT, "customer", ("customer_wait",)),
    "parts": (T.WAIT, "parts", ()),
    "resume": (T.RESUME, "", ("resumed",)),
    "disaster": (T.MARK, "disaster", ("disaster",)),
    "written": (T.MARK, "written", ("written_notice",)),
    "standby": (T.MARK, "standby", ("standby",)),
    "offer": (T.MARK, "replacement", ("replacement_offered",)),
    "received": (T.MARK, "received", ("unit_received",)),
    "returned": (T.MARK, "returned", ("unit_returned",)),
    "solve": (T.SOLVE, "", ("responded", "support_started", "solved")),
    "confirm": (T.CONFIRM, "", ("solved",)),
    "reopen": (T.REOPEN, "", ("reopened",)),
    "cancel": (T.CANCEL, "", ("cancelled",)),
}
"""What people do: the trigger, its word, and what the model hears of it."""

RECORDED = (FactKind.BREACHED, FactKind.ALARMED, FactKind.RUNG_REACHED)
"""What the model's clocks record too."""

A_MONTH = timedelta(days=28)

VISITS = {"need": (Visit.NONE, Visit.LEFT), "arrive": (Visit.NEEDED,), "leave": (Visit.ARRIVED,)}
"""From where a visit goes on."""


@cache
def desk() -> Desk:
    """Return a desk with all the contracts; the model's site allowance is in minutes."""
    rows = (
        ROW.format(
            name=name,
            schemes=f"[{', '.join(each.schemes)}]",
            calendar=each.calendar,
            site=each.site / 60,
            pauses=str(each.pauses).lower(),
            fix=str(each.fix_in_hours).lower(),
            ladder=str(each.ladder_in_hours).lower(),
        )
        + ("" if each.ladder else '    ladder: ""\n')
        for name, each in CONTRACTS.items()
    )
    return Desk(
        directory=parse_directory(HEAD + "".join(rows), file="oracle"),
        book=BOOK,
        knowledge=KnowledgeBase(()),
        triage=Triage(load_rules()),
        texts=Texts.load(),
        capabilities={},
    )


@dataclass
class Pair:
    """One case and its model."""

    store: Store
    clock: FixedClock
    key: CaseKey
    model: Model

    @property
    def case(self) -> Case:
        """The case as it is stored."""
        return self.store.read(lambda unit: unit.cases.get(self.key))

    def may(self, deed: str) -> bool:
        """Tell whether this may be done now."""
        case = self.case
        working = case.status in (Status.OPEN, Status.ACKNOWLEDGED, Status.WAITING)
        match deed:
            case "reopen":
                return case.status is Status.SOLVED
            case "confirm":
                return working or case.status is Status.SOLVED
            case "wait" | "parts":
                return case.status in (Status.OPEN, Status.ACKNOWLEDGED)
            case "resume":
                return case.status is Status.WAITING and case.waiting is not WaitingFor.VENDOR
            case "need" | "arrive" | "leave":
                return working and case.visit in VISITS[deed]
            case _:
                return working

    def do(self, deed: str, *, said: int | None = None) -> None:
        """Let it be done now; it may have been said a while ago."""
        kind, choice, events = DEEDS[deed]
        now = self.clock.now()
        at = now if said is None else instant(said)
        trigger = Trigger(kind=kind, by=ENGINEER, said_at=at, choice=choice, text="…")
        self.store.run(lambda unit: perform(unit, desk(), self.key, trigger))
        self.model.happens(minute(now), *events, said=said)

    def speak_up(self, until: datetime) -> None:
        """Let the customer end what would else close by silence before `until`; nothing here is delivered."""
        case = self.case
        if case.silence_from is not None and until >= case.silence_from + A_MONTH:
            self.do("confirm" if case.status is Status.SOLVED else "resume")

    def level(self, level: Level) -> None:
        """Let another level be set now."""
        now = self.clock.now()
        trigger = Trigger(kind=T.LEVEL, by=ENGINEER, said_at=now, level=level, text="…")
        self.store.run(lambda unit: perform(unit, desk(), self.key, trigger))
        self.model.levels(minute(now), int(level))

    def differences(self) -> list[str]:
        """Return where case and model differ: due times, what was met and when, what clocks recorded."""
        case, facts = self.store.read(lambda unit: _history(unit, self.key))
        return [f"{case.key}: {each}" for each in (*self._clocks(case), *self._log(facts))]

    def _clocks(self, case: Case) -> list[str]:
        ours = {promise.target.key: promise for promise in case.promises}
        theirs = {clock.key: clock for clock in self.model.clocks}
        if set(ours) != set(theirs):
            return [f"promises {sorted(ours)}, not {sorted(theirs)}"]
        wrong = []
        for key, promise in ours.items():
            clock = theirs[key]
            due = promise.due_at if isinstance(promise, Running | Met) else None
            met = promise.met_at if isinstance(promise, Met) else None
            expected = (
                None if clock.due is None else instant(clock.due),
                None if clock.met is None else instant(clock.met),
            )
            if (due, met) != expected:
                wrong.append(f"{key} is {(due, met)}, not {expected}")
        return wrong

    def _log(self, facts: tuple[Fact, ...]) -> list[str]:
        ours = sorted(line for fact in facts if (line := _line(fact)))
        theirs = sorted((instant(at), what, key) for at, what, key in self.model.log)
        return [] if ours == theirs else [f"recorded {ours}, not {theirs}"]


def opened(store: Store, clock: FixedClock, contract: str, level: Level) -> Pair:
    """Open a case now, with its model."""
    now = clock.now()
    opening = Opening(
        reporter=Reporter(person=CALLER, name="王"),
        place=Place(PlatformName("local"), "g:one", "1"),
        language=Language.ZH,
        customer=CustomerId("one"),
        contract=ContractId(contract),
        type=CaseType.FAULT,
        level=level,
        text="…",
        received_at=now,
        by=CALLER,
    )
    case = store.run(lambda unit: open_case(unit, desk(), opening))
    model = Model(CONTRACTS[contract], int(level), minute(now))
    model.happens(minute(now), "engineer_named")
    return Pair(store, clock, case.key, model)


def pass_time(store: Store, clock: FixedClock, until: datetime) -> None:
    """Let time pass: every clock fires at its own instant."""
    due = store.read(lambda unit: unit.cases.next_wake())
    while due is not None and due <= until:
        clock.set(max(due, clock.now()))
        due = store.run(_fired)
    clock.set(until)


def _fired(unit: Unit) -> datetime | None:
    """Fire what is due, and return when more will be."""
    fire_due(unit, desk(), limit=1000)
    return unit.cases.next_wake()


def keep_edition(store: Store) -> None:
    """Store the edition the cases are opened under."""
    store.run(lambda unit: unit.registry.put_edition(kind="policies", edition=BOOK.edition, body=pack()))


def _history(unit: Unit, key: CaseKey) -> tuple[Case, tuple[Fact, ...]]:
    case = unit.cases.get(key)
    return case, tuple(each.fact for each in unit.facts.of(case.id))


def _line(fact: Fact) -> tuple[datetime, str, str] | None:
    if fact.kind is FactKind.BREACH_CORRECTED:
        return fact.at, "breach_corrected", f"{fact.data['scheme']}:{fact.data['milestone']}"
    if fact.kind in RECORDED and fact.actor == SYSTEM:
        return fact.at, str(fact.kind), str(fact.data["choice"])
    return None
