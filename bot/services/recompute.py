"""Other public holidays come into force: deadlines they touch are counted anew, case by case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pydantic import TypeAdapter

from bot.cases.facts import Fact, FactKind
from bot.cases.model import LIVE, Case
from bot.cases.recount import (
    NO_CALENDARS,
    TEMPLATES,
    Recounted,
    recount_with_others,
    recounted,
    told_with_others,
)
from bot.cases.wake import wake_on_other_days
from bot.core.people import CaseId, CaseKey
from bot.ports import CaseQuery, Retimed, Unit
from bot.services.desk import Desk
from bot.services.gathered import Gathered, News, Reader, news_of
from bot.services.holidays import Holidays
from bot.sla.book import Book
from bot.sla.calendar import BusinessCalendar
from bot.sla.calendar_days import HolidayList, days_edition, differing
from bot.sla.milestones import earliest
from bot.sla.promises import Promise

DAYS = "days"
"""The kind of edition that says which public holidays came into force: one row each time they change."""

BEGUN = "days-begun"
"""The kind of edition that says onto which holidays counting began: some cases may be on them already."""

MARGIN = timedelta(days=1)
"""A local day begins and ends within so long of the same day of UTC."""

EVER = (date(1900, 1, 1), date(9000, 1, 1))


@dataclass(frozen=True, slots=True)
class _Begun:
    """Since when counting onto some holidays has been under way, and all others onto which it was before."""

    at: datetime
    onto: Holidays
    besides: tuple[Holidays, ...] = ()


Calendars = Mapping[str, BusinessCalendar]

_HOLIDAYS: TypeAdapter[Holidays] = TypeAdapter(Mapping[str, HolidayList])
_BEGUN: TypeAdapter[_Begun] = TypeAdapter(_Begun)


@dataclass(frozen=True, slots=True)
class Change:
    """Public holidays that come into force, those before them, and the open cases they may concern.

    `before` is None where nobody knows what was counted on. `besides` are those that some cases are counted
    on since a change that was begun and never finished. `name` tells this change from every other. Before
    `since` the days are the same; None where nobody knows.
    """

    before: Holidays | None
    after: Holidays
    cases: tuple[CaseId, ...]
    besides: tuple[Holidays, ...] = ()
    name: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Before:
    """The calendars of an edition before a change, and those of cases that are on other days already."""

    usual: Calendars
    besides: Mapping[str, Calendars]


@dataclass(frozen=True, slots=True)
class Moving:
    """One case with the armed deadlines that are other ones."""

    case: Case
    promises: tuple[Recounted, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many cases moved, and the news of these and of what an earlier process moved and did not tell."""

    moved: int
    news: tuple[News, ...]


def pending_change(unit: Unit, holidays: Holidays) -> Change | None:
    """Return what these holidays change; None if they are those that open cases are counted on."""
    known, base = unit.registry.latest(DAYS), unit.registry.newest(DAYS) or ""
    before = None if known is None else _HOLIDAYS.validate_json(known)
    name = f"{BEGUN}:{days_edition(holidays)}:{base}"
    besides = tuple(each for each in _unfinished(unit, base) if days_edition(each) != days_edition(holidays))
    if before is not None and days_edition(before) == days_edition(holidays) and not besides:
        return None
    span = _span(before, besides, holidays)
    if span is None:
        return Change(before, holidays, (), besides, name)
    first, last = (datetime.combine(day, time(), UTC) for day in span)
    since = first - MARGIN
    query = CaseQuery(statuses=LIVE, clocks_between=(since, last + 2 * MARGIN))
    return Change(before, holidays, unit.cases.ids(query), besides, name, since)


def begin(unit: Unit, change: Change) -> None:
    """Note that cases are counted onto these holidays from now on, whether or not that comes to its end."""
    begun = _Begun(unit.now, change.after, change.besides)
    unit.registry.put_edition(kind=BEGUN, edition=change.name, body=_BEGUN.dump_json(begun).decode())


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
        self._books: dict[str, Book] = {}
        self._befores: dict[str, _Before] = {}

    def prepare(self, unit: Unit) -> None:
        """Compile the calendars of most cases, before a transaction holds up others with it."""
        book = self._book(unit, self._desk.book.edition)
        self._befores[book.edition] = _before(book, self._change)

    def perform(self, unit: Unit, cases: Sequence[CaseId]) -> Counted:
        """Count some cases anew; of those that do not move the next wake is set where it is another."""
        moved: list[Retimed] = []
        facts: list[tuple[CaseId, CaseKey, tuple[Fact, ...]]] = []
        wakes: dict[CaseId, datetime | None] = {}
        stay: list[Case] = []
        for case, stored in unit.cases.lock_waking(cases):
            book = self._book(unit, case.edition)
            shifted = recount_with_others(
                case, book=book, now=unit.now, before=self._calendars_before(case, book)
            )
            promises, since = case.promises if shifted is None else shifted.promises, self._change.since
            wake = wake_on_other_days(case, promises, book=book, known=stored, since=since)
            if shifted is not None:
                moved.append(Retimed(case, promises, book.data.days, wake))
                facts.append((case.id, case.key, shifted.facts))
                continue
            if wake != stored:
                wakes[case.id] = wake
            if case.days == book.data.days:
                stay.append(case)
        unit.cases.delay_all(wakes)
        unit.cases.retime(moved)
        unit.facts.append_all(facts)
        unit.outbox.redraw([each.case.id for each in moved])
        news = [
            each
            for it, (_, _, recorded) in zip(moved, facts, strict=True)
            for each in _news(it.case, it.promises, recorded)
        ]
        return Counted(len(moved), (*news, *self._untold(unit, stay)))

    def tell(self, unit: Unit, gathered: Gathered, readers: Sequence[Reader]) -> None:
        """Tell some of those who lose by it, once."""
        gathered.tell(unit, self._desk, readers, about=TEMPLATES, cause=self._change.name)

    def preview(self, unit: Unit, cases: Sequence[CaseId]) -> tuple[Moving, ...]:
        """Return what would move, changing nothing."""
        found = (
            Moving(case, recounted(case, book=book, before=self._calendars_before(case, book)))
            for case in unit.cases.lock(cases)
            for book in (self._book(unit, case.edition),)
        )
        return tuple(each for each in found if each.promises)

    def _untold(self, unit: Unit, cases: Sequence[Case]) -> Iterator[News]:
        """Yield the news of cases that an earlier process moved and died before it told anybody."""
        begun = _begun(unit, self._change.name)
        if begun is None or not cases:
            return
        found = unit.facts.of_kind(FactKind.RECOUNTED, [case.id for case in cases], since=begun.at)
        for case in cases:
            yield from _news(case, case.promises, found.get(case.id, ()))

    def _book(self, unit: Unit, edition: str) -> Book:
        """The edition on the holidays that come into force, whichever the desk knows."""
        if edition not in self._books:
            kept = self._desk.book_of(unit, edition)
            known = kept.data.on(self._change.after).days == kept.data.days
            self._books[edition] = kept if known else kept.counted_on(self._change.after)
        return self._books[edition]

    def _calendars_before(self, case: Case, book: Book) -> Calendars:
        """The calendars a case was counted on before the change."""
        if book.edition not in self._befores:
            self._befores[book.edition] = _before(book, self._change)
        known = self._befores[book.edition]
        return known.besides.get(case.days, known.usual)


def _before(book: Book, change: Change) -> _Before:
    """Return an edition's calendars before a change; one counts on those of `besides` whom it moved."""
    on = [book.counted_on(each) for each in change.besides]
    return _Before(
        usual=NO_CALENDARS if change.before is None else book.counted_on(change.before).calendars,
        besides={each.data.days: each.calendars for each in on},
    )


def _news(case: Case, promises: Iterable[Promise], facts: Iterable[Fact]) -> Iterator[News]:
    nearest = earliest(promises)
    if nearest is not None:
        yield from news_of(case, told_with_others(facts), due_at=nearest.due_at)


def _span(before: Holidays | None, besides: Sequence[Holidays], after: Holidays) -> tuple[date, date] | None:
    """Return the first and the last day on which what cases are counted on differs; None if on none."""
    if before is None:
        return EVER
    spans = [span for each in (before, *besides) if (span := differing(each, after))]
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def _begun(unit: Unit, name: str | None) -> _Begun | None:
    body = None if name is None else unit.registry.edition(name)
    return None if body is None else _BEGUN.validate_json(body)


def _unfinished(unit: Unit, base: str) -> tuple[Holidays, ...]:
    """Return all holidays onto which counting began since those of `base` came into force."""
    name = unit.registry.newest(BEGUN)
    begun = _begun(unit, name)
    if name is None or begun is None or name.split(":", 2)[2] != base:
        return ()
    return (begun.onto, *begun.besides)
