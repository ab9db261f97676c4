"""Other public holidays come into force: deadlines they touch are counted anew, case by case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pydantic import TypeAdapter

from bot.cases.decision import Decision
from bot.cases.model import LIVE, Case
from bot.cases.recount import NO_CALENDARS, Recounted, recount, recounted
from bot.cases.wake import wake_at
from bot.core.people import CaseId
from bot.ports import CaseQuery, Unit
from bot.services.cases import commit_all
from bot.services.desk import Desk
from bot.services.holidays import Holidays
from bot.sla.book import Book
from bot.sla.calendar import BusinessCalendar
from bot.sla.calendar_days import HolidayList, days_edition, differing

DAYS = "days"
"""The kind of edition that says which public holidays came into force: one row each time they change."""

MARGIN = timedelta(days=1)
"""A local day begins and ends within so long of the same day of UTC."""

EVER = (date(1900, 1, 1), date(9000, 1, 1))

_HOLIDAYS: TypeAdapter[Holidays] = TypeAdapter(Mapping[str, HolidayList])


@dataclass(frozen=True, slots=True)
class Change:
    """Public holidays that come into force, those before them, and the open cases they may concern.

    `before` is None where nobody knows what was counted on.
    """

    before: Holidays | None
    after: Holidays
    cases: tuple[CaseId, ...]


@dataclass(frozen=True, slots=True)
class Moving:
    """One case with the armed deadlines that are other ones."""

    case: Case
    promises: tuple[Recounted, ...]


def pending_change(unit: Unit, holidays: Holidays) -> Change | None:
    """Return what these holidays change; None if they are those that open cases are counted on."""
    known = unit.registry.latest(DAYS)
    before = None if known is None else _HOLIDAYS.validate_json(known)
    if before is not None and days_edition(before) == days_edition(holidays):
        return None
    span = EVER if before is None else differing(before, holidays)
    if span is None:
        return Change(before, holidays, ())
    first, last = (datetime.combine(day, time(), UTC) for day in span)
    query = CaseQuery(statuses=LIVE, clocks_between=(first - MARGIN, last + 2 * MARGIN))
    return Change(before, holidays, unit.cases.ids(query))


def come_into_force(unit: Unit, change: Change) -> None:
    """Note that open cases are counted on these holidays from now on."""
    unit.registry.put_edition(
        kind=DAYS,
        edition=f"{days_edition(change.after)}@{unit.now.isoformat()}",
        body=_HOLIDAYS.dump_json(dict(change.after)).decode(),
    )


class Recomputation:
    """Counts the cases of a change anew, some at a time; what is done already is not done again."""

    def __init__(self, desk: Desk, change: Change) -> None:
        self._desk = desk
        self._change = change
        self._before: dict[str, Mapping[str, BusinessCalendar]] = {}
        self._after: dict[str, Book] = {}

    def perform(self, unit: Unit, cases: Sequence[CaseId]) -> int:
        """Count some cases anew and return how many moved; of the others the next wake is set again."""
        moved: list[Decision] = []
        wakes: dict[CaseId, datetime | None] = {}
        for case in unit.cases.lock(cases):
            book = self._book(unit, case.edition)
            decision = recount(case, book=book, now=unit.now, before=self._calendars(book))
            if decision is None:
                wakes[case.id] = wake_at(case, book=book)
            else:
                moved.append(decision)
        unit.cases.delay_all(wakes)
        commit_all(unit, self._desk, moved)
        return len(moved)

    def preview(self, unit: Unit, cases: Sequence[CaseId]) -> tuple[Moving, ...]:
        """Return what would move, changing nothing."""
        found = (
            Moving(case, recounted(case, book=book, before=self._calendars(book)))
            for case in unit.cases.lock(cases)
            for book in (self._book(unit, case.edition),)
        )
        return tuple(each for each in found if each.promises)

    def _book(self, unit: Unit, edition: str) -> Book:
        """The edition on the holidays that come into force, whichever the desk knows."""
        if edition not in self._after:
            kept = self._desk.book_of(unit, edition)
            known = kept.data.on(self._change.after).days == kept.data.days
            self._after[edition] = kept if known else kept.counted_on(self._change.after)
        return self._after[edition]

    def _calendars(self, book: Book) -> Mapping[str, BusinessCalendar]:
        """The calendars of an edition as they were counted on before the change."""
        if self._change.before is None:
            return NO_CALENDARS
        if book.edition not in self._before:
            self._before[book.edition] = book.counted_on(self._change.before).calendars
        return self._before[book.edition]
