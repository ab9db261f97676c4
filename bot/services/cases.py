"""Opening a case and everything that happens to it: lock, decide, save, record, tell, show."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.cases.calling import involving, told_by
from bot.cases.decision import Decision, Tell, To
from bot.cases.duty import Duty
from bot.cases.facts import Data, Fact, FactKind
from bot.cases.lifecycle import broken_already, decide, files_datum, with_names
from bot.cases.model import SYSTEM, Case, CaseType, Reporter, Status
from bot.cases.recount import recount
from bot.cases.triggers import Context, Trigger, TriggerKind, given_out_at
from bot.cases.wake import wake_at
from bot.core.errors import UserError
from bot.core.inbound import Enclosed
from bot.core.matters import Complaint
from bot.core.message import Attachment
from bot.core.people import (
    CaseId,
    CaseKey,
    ContractId,
    CustomerId,
    Language,
    Level,
    PersonId,
    Place,
    Role,
)
from bot.core.text import cut
from bot.directory.lookup import Directory
from bot.ports import Unit
from bot.services.desk import Desk, no_terms
from bot.services.files import want
from bot.services.oncall import filled, first_owner
from bot.services.tells import SAID, said, show, tell
from bot.sla.book import Book
from bot.sla.closing import reopen_until
from bot.sla.ladder import staffing
from bot.sla.milestones import opened
from bot.sla.routing import complaint_judges
from bot.sla.rules import ClockEvent
from bot.sla.terms import URGENT

BRIEF_LENGTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a new case is made of.

    `received_at` starts its clocks, `by` is who typed it, `read` what is recorded of how it was understood.
    """

    reporter: Reporter
    place: Place
    language: Language
    customer: CustomerId | None
    contract: ContractId | None
    type: CaseType
    level: Level
    text: str
    received_at: datetime
    by: PersonId
    provisional: bool = False
    evidence: tuple[str, ...] = ()
    asked: str = ""
    read: Data = field(default_factory=dict)
    kind: Complaint | None = None
    product: str = ""
    linked: CaseKey | None = None
    enclosed: tuple[Enclosed, ...] = ()

    @property
    def files(self) -> tuple[Attachment, ...]:
        """What came with the words."""
        return tuple(each.file for each in self.enclosed)


def open_case(unit: Unit, desk: Desk, opening: Opening) -> Case:
    """Open a case, start its clocks, give it to the engineer on call, and tell everybody who must know."""
    directory = desk.directory_of(unit)
    contract = directory.contract(opening.contract) if opening.contract else None
    in_service = contract is not None and contract.in_service(opening.received_at)
    zone = contract.zone if contract else directory.desk.zone
    terms = desk.terms(contract, opening.received_at) if contract and in_service else no_terms(zone)
    duty = Duty(
        directory=directory,
        book=desk.book,
        contract=contract if in_service else None,
        terms=terms,
        level=opening.level,
        at=unit.now,
    )
    judged = _judged(unit, opening)
    owner = _first_owner(unit, duty, opening.type, but=judged)
    given_at = given_out_at(opening.received_at, unit.now) if owner else None
    events = ((ClockEvent.ENGINEER_NAMED, given_at),) if given_at else ()
    case = Case(
        id=CaseId(0),
        key=_next_key(unit, desk),
        version=1,
        status=Status.OPEN,
        type=opening.type,
        customer=opening.customer,
        contract=opening.contract,
        terms=terms,
        edition=desk.book.edition,
        reporter=opening.reporter,
        place=opening.place,
        language=opening.language,
        brief=brief_of(opening.text),
        opened_at=opening.received_at,
        level=opening.level,
        provisional=opening.provisional,
        evidence=opening.evidence,
        asked=opening.asked,
        product=opening.product,
        kind=opening.kind,
        owner=owner,
        tried=(owner,) if owner else (),
        assigned_at=given_at,
        engineer_due_from=given_at,
        promises=opened(desk.book, terms, opening.level, opening.received_at, history=events),
        events=events,
        ladder_from=opening.received_at if terms.ladder else None,
        turn=1,
        linked=opening.linked,
        days=desk.book.data.days,
    )
    first = Decision(
        case=case,
        facts=_opening_facts(case, opening, unit.now),
        tells=_opening_tells(case, opening, book=desk.book, promised=in_service),
    )
    decision = broken_already(first, known=(), context=Context(now=unit.now, book=desk.book))
    case = unit.cases.add(decision.case, wake_at=wake_at(decision.case, book=desk.book))
    want(unit, opening.enclosed, case=case.key, by=opening.by)
    unit.facts.append(case.id, case.key, decision.facts)
    tell(unit, desk, case, decision.tells)
    tell(unit, desk, case, _judges(case, desk.book, directory, but=judged))
    show(unit, desk, case)
    return case


def _first_owner(unit: Unit, duty: Duty, kind: CaseType, *, but: PersonId | None = None) -> PersonId | None:
    """Return who gets a new case; a complaint goes to the manager, or above whom it is about (S1 A2 5.4)."""
    if kind is CaseType.COMPLAINT:
        return next(iter(filled(unit, duty.directory, Role.MANAGER, but=but)), None)
    return first_owner(unit, duty)


def _judged(unit: Unit, opening: Opening) -> PersonId | None:
    """Return whom a complaint is about, as far as that is known: whoever has the case it is linked to."""
    if opening.type is not CaseType.COMPLAINT or opening.linked is None:
        return None
    return next((case.owner for case in unit.cases.find(opening.linked)), None)


def _judges(case: Case, book: Book, directory: Directory, *, but: PersonId | None) -> tuple[Tell, ...]:
    """Return what tells those who look into such a complaint; nobody judges themselves."""
    if not isinstance(case.kind, Complaint):
        return ()
    row = complaint_judges(book, case.terms, case.kind)
    return told_by(row, "complaint_opened", units=directory.members, but=but) if row else ()


def brief_of(text: str) -> str:
    """Return the first line of somebody's words, short enough for a list."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return cut(line, BRIEF_LENGTH)


def _next_key(unit: Unit, desk: Desk) -> CaseKey:
    of = desk.directory_of(unit).desk
    day = unit.now.astimezone(of.zone).date()
    return CaseKey(f"{of.number_prefix}-{day:%Y%m%d}-{unit.cases.number(day):04d}")


def _opening_facts(case: Case, opening: Opening, now: datetime) -> tuple[Fact, ...]:
    facts = [
        Fact(
            kind=FactKind.OPENED,
            at=now,
            said_at=opening.received_at,
            actor=opening.by,
            data={
                "type": case.type,
                "level": int(case.level),
                "provisional": case.provisional,
                "customer": case.customer,
                "contract": case.contract,
                "edition": case.edition,
                "linked": case.linked,
                **opening.read,
                **({"kind": opening.kind} if opening.kind else {}),
                **files_datum(opening.files),
            },
            text=with_names(opening.text, opening.files),
        )
    ]
    if case.owner:
        facts.append(
            Fact(
                kind=FactKind.ASSIGNED,
                at=now,
                said_at=now,
                actor=SYSTEM,
                data={"from": None, "to": case.owner},
            )
        )
    return tuple(facts)


def _opening_tells(case: Case, opening: Opening, *, book: Book, promised: bool) -> tuple[Tell, ...]:
    """The owner, whom the contract demands; the lead if nothing is promised or it is urgent; the manager.

    The manager hears of wishes. What the card does not say, the engineers read below it.
    """
    handed = "opened_for_manager" if case.type is CaseType.COMPLAINT else "assigned"
    tells = [Tell(template=handed, to=To.OWNER, second_channel=True)] if case.owner else []
    if case.type is not CaseType.COMPLAINT:
        tells.extend(involving(staffing(book, case.terms, case.level).roles))
    if not promised:
        tells.append(Tell(template="opened_without_promise", to=To.LEAD))
    elif case.level in URGENT:
        tells.append(Tell(template="urgent_opened", to=To.LEAD, second_channel=True))
    if case.type is CaseType.FEATURE_REQUEST:
        tells.append(Tell(template="opened_for_manager", to=To.MANAGER))
    if opening.files or opening.text.strip() != case.brief:
        by, files = {"by": opening.by}, opening.files
        tells.append(Tell(template=SAID, to=To.INTERNAL, data=by, text=opening.text, files=files))
    return tuple(tells)


def perform(unit: Unit, desk: Desk, key: CaseKey, trigger: Trigger) -> Case:
    """Do one thing to a case under its lock and return what it became.

    Raises:
        UserError: the case is unknown, or this may not happen to it now.
    """
    return _decided(unit, desk, unit.cases.get(key), trigger)


def _decided(unit: Unit, desk: Desk, case: Case, trigger: Trigger) -> Case:
    if days := recount(case, book=desk.book_of(unit, case.edition), now=unit.now):
        case = commit(unit, desk, days)
    decision = decide(case, trigger, context=desk.context(unit, case))
    want(unit, trigger.enclosed, case=case.key, by=trigger.by)
    return commit(unit, desk, decision)


def commit(unit: Unit, desk: Desk, decision: Decision) -> Case:
    """Store a decision: the case, its facts, who is told and what is shown."""
    return commit_all(unit, desk, (decision,))[0]


def commit_all(unit: Unit, desk: Desk, decisions: Sequence[Decision]) -> tuple[Case, ...]:
    """Store decisions on several cases together: what each costs alone is paid once."""
    books = [desk.book_of(unit, decision.case.edition) for decision in decisions]
    cases = unit.cases.save_all(
        [
            (decision.case, wake_at(decision.case, book=book))
            for decision, book in zip(decisions, books, strict=True)
        ]
    )
    decided = tuple(zip(cases, decisions, strict=True))
    unit.facts.append_all([(case.id, case.key, decision.facts) for case, decision in decided])
    unit.outbox.say(
        *(words for case, decision in decided for words in said(unit, desk, case, decision.tells))
    )
    show(unit, desk, *cases)
    return cases


def merge(unit: Unit, desk: Desk, key: CaseKey, trigger: Trigger) -> Case:
    """Merge a case into `trigger.case`, which records it; only within one customer.

    Raises:
        UserError: both are one, belong to different customers, or either may not be merged now.
    """
    into = trigger.case
    if into is None or into == key:
        raise UserError("merge_into_itself", case=key)
    locked = {each: unit.cases.get(each) for each in sorted((key, into))}
    if _side(locked[key]) != _side(locked[into]):
        raise UserError("merge_other_customer", case=key, into=into)
    absorb = replace(trigger, kind=TriggerKind.ABSORB, case=key)
    merged, absorbed = (
        decide(case, what, context=desk.context(unit, case))
        for case, what in ((locked[key], replace(trigger, kind=TriggerKind.MERGE)), (locked[into], absorb))
    )
    commit(unit, desk, absorbed)
    return commit(unit, desk, merged)


def _side(case: Case) -> str:
    """Whose case it is; of somebody unknown only the conversation is known."""
    return case.customer or case.place.lane


def reopen(unit: Unit, desk: Desk, key: CaseKey, trigger: Trigger) -> Case:
    """Reopen a case inside its window; after it open a new one linked to it.

    Source: S4 四 客户可以申请重新开放; 客户若在关闭后的一个月内没有提出重新开放，则正式结束该问题.
    """
    case = unit.cases.get(key)
    if not _is_over(unit, desk, case):
        return _decided(unit, desk, case, trigger)
    return open_case(
        unit,
        desk,
        Opening(
            reporter=case.reporter,
            place=case.place,
            language=case.language,
            customer=case.customer,
            contract=_contract_now(unit, desk, case),
            type=case.type,
            level=case.level,
            text=trigger.text or case.brief,
            received_at=trigger.said_at,
            by=trigger.by,
            product=case.product,
            linked=case.key,
            enclosed=trigger.enclosed,
        ),
    )


def _is_over(unit: Unit, desk: Desk, case: Case) -> bool:
    """Whether the time to reopen a closed case has passed."""
    if case.status is Status.CLOSED and case.closed_at is not None:
        return unit.now > reopen_until(case.closed_at, case.terms, desk.book_of(unit, case.edition))
    return case.status is Status.ENDED


def _contract_now(unit: Unit, desk: Desk, case: Case) -> ContractId | None:
    """Return the case's contract while it is in service, else another of its customer's that is."""
    directory = desk.directory_of(unit)
    own = directory.contract(case.contract) if case.contract else None
    if case.customer is None or (own and own.in_service(unit.now)):
        return case.contract
    other = directory.contract_for(case.customer, unit.now)
    return other.id if other else case.contract
