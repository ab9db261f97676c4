"""What clocks do: every case whose time has come is taken up, and all that is due happens in order."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.lifecycle import decide
from bot.cases.model import Case, Decision, Tell, To
from bot.cases.recount import recount
from bot.cases.triggers import Context, TriggerKind
from bot.cases.wake import Wake, trigger, wake_at, wakes
from bot.core.people import CaseId
from bot.ports import Unit
from bot.services.cases import commit_all
from bot.services.desk import Desk
from bot.services.oncall import least_busy_first
from bot.services.readers import readers
from bot.services.tells import saying_key

RETRY = timedelta(minutes=10)
"""How long a case waits that was woken and may not act yet, or has nothing to do."""


def fire_due(unit: Unit, desk: Desk, *, limit: int) -> int:
    """Take up to `limit` cases whose wake has come and let everything due happen; return how many.

    After an outage every missed step is recorded; of the rungs only the highest is told.
    """
    due = unit.cases.claim_due(limit=limit)
    fired = _Fired(unit, desk)
    for case in due:
        _fire(unit, desk, case, fired)
    fired.store()
    return len(due)


class _Fired:
    """What clocks did to some cases, to be stored together."""

    def __init__(self, unit: Unit, desk: Desk) -> None:
        self._unit = unit
        self._desk = desk
        self._decisions: list[Decision] = []
        self._again: dict[CaseId, datetime] = {}

    def decided(self, decision: Decision) -> None:
        """Note what becomes of a case."""
        self._decisions.append(decision)

    def wakes_again(self, case: CaseId, at: datetime) -> None:
        """Note when a case wakes that has nothing to do, or not everything done."""
        self._again[case] = at

    def store(self) -> None:
        """Store what was noted since the last time."""
        commit_all(self._unit, self._desk, self._decisions)
        self._unit.cases.delay_all(self._again)
        self._decisions, self._again = [], {}


def _fire(unit: Unit, desk: Desk, case: Case, fired: _Fired) -> None:
    context = desk.context(unit, case)
    days = recount(case, book=context.book, now=unit.now) or Decision(case=case)
    case, facts, tells = days.case, list(days.facts), list(days.tells)
    while wake := _next(case, unit, desk):
        if wake.kind is TriggerKind.SILENCE and not _noticed(unit, case):
            unit.registry.alarm(
                f"undelivered:{case.key}", text=f"{case.key} stays open: its last notice was not delivered"
            )
            break
        around = context
        if wake.kind is TriggerKind.REASSIGN:
            fired.store()  # who got a case just now has more to do than before
            around = _least_busy_first(unit, context)
        decision = decide(case, trigger(wake, case, context=around), context=around)
        case = _told(unit, desk, case, decision)
        facts.extend(decision.facts)
        tells.extend(decision.tells)
    if facts:
        fired.decided(Decision(case=case, facts=tuple(facts), tells=tuple(tells)))
    if not facts or _next(case, unit, desk):
        fired.wakes_again(case.id, _again(case, unit, desk))


def _told(unit: Unit, desk: Desk, before: Case, decision: Decision) -> Case:
    """Return what a case became; nobody is to acknowledge a rung whose people were told on a lower one."""
    rung = next((each for each in decision.tells if each.to is To.RUNG), None)
    if rung is None or readers(unit, desk, decision.case, rung):
        return decision.case
    return replace(decision.case, unseen=before.unseen)


def _least_busy_first(unit: Unit, context: Context) -> Context:
    return replace(context, engineers=least_busy_first(unit, context.engineers))


def _again(case: Case, unit: Unit, desk: Desk) -> datetime:
    """When a case that was woken for nothing wakes again: days may have changed, and its time comes later."""
    at = wake_at(case, book=desk.book_of(unit, case.edition))
    return at if at is not None and at > unit.now else unit.now + RETRY


def _next(case: Case, unit: Unit, desk: Desk) -> Wake | None:
    first = next(iter(wakes(case, book=desk.book_of(unit, case.edition))), None)
    return first if first is not None and first.at <= unit.now else None


def _noticed(unit: Unit, case: Case) -> bool:
    """Nothing closes whose last notice never reached the customer."""
    since = case.silence_from.isoformat() if case.silence_from else ""
    fired = [key for key in case.fired if key.startswith("notice:") and key.endswith(since)]
    last = Tell(template="closing_notice", to=To.CUSTOMER, wake=max(fired, default=""))
    return unit.outbox.was_sent(saying_key(case, last, case.place))
