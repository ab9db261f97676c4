"""Cases, facts and words for tests of the store."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cases.facts import Fact, FactKind
from bot.cases.model import Case, CaseType, Reporter, Status
from bot.core.message import Message, Paragraph
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
    Sender,
)
from bot.ports import Saying
from bot.sla.allowance import Allowance, Unit
from bot.sla.policy import Basis, Milestone, Starts
from bot.sla.promises import Met, Paused, Pending, Running
from bot.sla.terms import Target, Terms

LOCAL = PlatformName("local")
GROUP = Place(LOCAL, "g:acme")
THREAD = Place(LOCAL, "g:acme", "17")
ELSEWHERE = Place(LOCAL, "g:other")
WANG = PersonId("wang")
LI = PersonId("li")
ACME = CustomerId("acme")
FOUR_HOURS = Target(
    scheme="s0",
    milestone=Milestone.FIX,
    limit=Allowance(4.0, Unit.HOURS),
    basis=Basis.ELAPSED,
    calendar="always",
    starts=Starts.RECEIPT,
    clause="§1",
)
TERMS = Terms(
    schemes=("s0",),
    calendar="office",
    zone=ZoneInfo("Asia/Shanghai"),
    ladder="ladder",
    ladder_in_service_hours=False,
    engineer_clock="clock",
    engineer_clock_in_service_hours=True,
)


def a_case(number: int = 1, *, at: datetime) -> Case:
    """A case that was just opened at `at`, due in four hours; not stored yet."""
    return Case(
        id=CaseId(0),
        key=CaseKey(f"C-20261120-{number:04}"),
        version=1,
        status=Status.OPEN,
        type=CaseType.FAULT,
        customer=ACME,
        contract=ContractId("acme-2026"),
        terms=TERMS,
        edition="e1",
        reporter=Reporter(person=WANG, name="王", sender=Sender(LOCAL, "wang", "王")),
        place=THREAD,
        language=Language.ZH,
        brief="数据库无法启动",
        opened_at=at,
        level=Level.SEVERE,
        promises=(Running(target=FOUR_HOURS, start_at=at, due_at=at + timedelta(hours=4)),),
    )


def with_every_promise(case: Case) -> Case:
    """The case with a promise in every state."""
    at = case.opened_at
    target = replace(FOUR_HOURS, limit=Allowance(1.5, Unit.HOURS), shown=False)
    held = timedelta(minutes=3, microseconds=1)
    return replace(
        case,
        promises=(
            Met(target=FOUR_HOURS, start_at=at, due_at=at + timedelta(hours=4), met_at=at),
            Pending(target=target, received_at=at),
            Pending(target=target, received_at=at, awaits_visit=True),
            Paused(target=target, start_at=at, held=held, paused_at=at + held),
            Running(target=target, start_at=at, held=held, due_at=at + timedelta(hours=2)),
        ),
    )


def a_fact(text: str = "", *, at: datetime, kind: FactKind = FactKind.CUSTOMER_WROTE) -> Fact:
    return Fact(kind=kind, at=at, said_at=at, actor=WANG, data={"round": 1, "by": None}, text=text)


def a_saying(key: str, *, place: Place = GROUP) -> Saying:
    return Saying(key=key, place=place, message=Message(title=(key,), blocks=(Paragraph(("…",)),)))
