"""What becomes of alerts: each outcome on each channel is a fact of its case, or of the operators' alarm."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cases.facts import OUTCOMES, QUIET, Fact, FactKind
from bot.cases.model import SYSTEM, Case
from bot.cases.wake import wake_at
from bot.ports import AlarmKind, ClaimedSaying, SentRef, Unit
from bot.services.desk import Desk
from bot.services.tells import show


@dataclass(frozen=True, slots=True)
class DeskLedger:
    """Implements bot.jobs.delivery.Ledger.

    The case is locked before its row of the outbox, as everywhere.
    """

    desk: Desk

    def sent(self, unit: Unit, claimed: ClaimedSaying, ref: SentRef) -> None:
        """Mark words as said; of an alert the case records that it was delivered."""
        case = _locked(unit, claimed)
        if unit.outbox.sent(claimed, ref):
            late = _was_given_up(unit, case, claimed)
            self._record(unit, case, claimed, FactKind.ALERT_LATE if late else FactKind.ALERT_DELIVERED)

    def dead(self, unit: Unit, claimed: ClaimedSaying, *, reason: str) -> None:
        """Give up on words; of an alert the case records that it was not delivered."""
        case = _locked(unit, claimed)
        if unit.outbox.dead(claimed, reason=reason):
            self._record(unit, case, claimed, FactKind.ALERT_UNDELIVERED)

    def dropped(self, unit: Unit, claimed: ClaimedSaying) -> None:
        """Drop words that the case overtook; of an alert the case records it."""
        case = _locked(unit, claimed)
        if unit.outbox.dropped(claimed):
            self._record(unit, case, claimed, FactKind.ALERT_OVERTAKEN)

    def late(self, unit: Unit, claimed: ClaimedSaying) -> None:
        """Record once that an alert still does not get through, though it is tried on."""
        case = _locked(unit, claimed)
        if not _was_given_up(unit, case, claimed):
            self._record(unit, case, claimed, FactKind.ALERT_UNDELIVERED)

    def _record(self, unit: Unit, case: Case | None, claimed: ClaimedSaying, kind: FactKind) -> None:
        if case is None:
            _record_alarm(unit, claimed, kind)
            return
        unit.facts.append(case.id, case.key, (_fact(unit, claimed, kind),))
        if kind not in QUIET:
            book = self.desk.book_of(unit, case.edition)
            show(unit, self.desk, unit.cases.save(case, wake_at=wake_at(case, book=book)))


def _locked(unit: Unit, claimed: ClaimedSaying) -> Case | None:
    saying = claimed.saying
    return unit.cases.get(saying.case) if saying.alert and saying.case else None


OF_ALARMS: Mapping[FactKind, AlarmKind] = {
    FactKind.ALERT_DELIVERED: AlarmKind.DELIVERED,
    FactKind.ALERT_UNDELIVERED: AlarmKind.UNDELIVERED,
    FactKind.ALERT_OVERTAKEN: AlarmKind.UNDELIVERED,
    FactKind.ALERT_LATE: AlarmKind.LATE,
}
"""What became of an alert, as an alarm of the operators records it."""


def _record_alarm(unit: Unit, claimed: ClaimedSaying, kind: FactKind) -> None:
    """Record what became of an alarm; of other words that belong to no case nothing is recorded."""
    if claimed.saying.alert is not None:
        unit.alarms.record(int(claimed.saying.alert.cause), OF_ALARMS[kind], _outcome(claimed))


def _outcome(claimed: ClaimedSaying) -> dict[str, str | int]:
    data = _data(claimed)
    return {name: data[name] for name in ("to", "channel", "attempt")}


def _fact(unit: Unit, claimed: ClaimedSaying, kind: FactKind) -> Fact:
    return Fact(kind=kind, at=unit.now, said_at=unit.now, actor=SYSTEM, data=_data(claimed))


def _data(claimed: ClaimedSaying) -> dict[str, str | int]:
    """Whom, of what, why, by which channel, at which attempt: neither address nor words."""
    alert = claimed.saying.alert
    named = {"to": alert.person, "what": alert.what, "cause": alert.cause} if alert else {}
    return {**named, "channel": claimed.saying.place.platform, "attempt": claimed.attempt}


def _was_given_up(unit: Unit, case: Case | None, claimed: ClaimedSaying) -> bool:
    """Whether the case, or the alarm, already says that this alert does not arrive."""
    alert = claimed.saying.alert
    if claimed.attempt == 1 or alert is None:
        return False
    if case is None:
        found = unit.alarms.of(int(alert.cause))
        channel = claimed.saying.place.platform
        return found is not None and found.outcome(alert.person, channel) is AlarmKind.UNDELIVERED
    same = ("to", "what", "cause", "channel")
    wanted = [_data(claimed).get(name) for name in same]
    outcomes = [each.fact for each in unit.facts.of(case.id) if each.fact.kind in OUTCOMES]
    kinds = [fact.kind for fact in outcomes if [fact.data[name] for name in same] == wanted]
    return kinds[-1:] == [FactKind.ALERT_UNDELIVERED]
