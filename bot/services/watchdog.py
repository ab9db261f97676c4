"""Whether every case will wake when its clocks want it to: what is stored is compared with what follows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases.model import Case
from bot.cases.wake import wake_at
from bot.core.errors import CasebellError
from bot.core.people import CaseId, CaseKey
from bot.ports import Unit
from bot.services.desk import Desk

PUT_OFF = timedelta(minutes=15)
"""How far ahead a case may stand at most that was due, and could not be woken or may not act yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A batch that was looked at: how many cases, the last of them, and which will not wake in time."""

    looked: int
    last: CaseId
    wrong: tuple[CaseKey, ...]


def audit(unit: Unit, desk: Desk, *, after: CaseId, limit: int) -> Audit:
    """Compare up to `limit` cases that may still wake; `looked` is 0 where there are no more."""
    batch = unit.cases.asleep(after=after, limit=limit)
    wrong = tuple(case.key for case, stored in batch if not _is_right(unit, desk, case, stored))
    return Audit(looked=len(batch), last=batch[-1][0].id if batch else after, wrong=wrong)


def mend(unit: Unit, desk: Desk, key: CaseKey) -> bool:
    """Let a case wake when it should, and tell the operator; False if it is right by now, or over."""
    case = unit.cases.get(key)
    wakes = {each.id: at for each, at in unit.cases.asleep(after=CaseId(case.id - 1), limit=1)}
    if case.id not in wakes or _is_right(unit, desk, case, wakes[case.id]):
        return False
    try:
        wanted = wake_at(case, book=desk.book_of(unit, case.edition))
    except CasebellError as error:
        unit.registry.alarm(f"wake:{key}", text=f"{key}: its clocks cannot be run ({type(error).__name__})")
        return False
    unit.cases.delay(case.id, until=wanted)
    was, is_ = (f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "never" for at in (wakes[case.id], wanted))
    unit.registry.alarm(
        f"asleep:{key}:{was}:{is_}", text=f"{key} would have woken {was} instead of {is_}; that is mended"
    )
    return True


def _is_right(unit: Unit, desk: Desk, case: Case, stored: datetime | None) -> bool:
    try:
        wanted = wake_at(case, book=desk.book_of(unit, case.edition))
    except CasebellError:
        return False
    if stored is None or wanted is None:
        return stored == wanted
    in_time = stored <= wanted  # who wakes too early finds that out and sleeps on
    return in_time or (wanted <= unit.now and stored <= unit.now + PUT_OFF)
