"""Calendars drawn in a terminal: colours where there are some, marks where there are none."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.services.coverage import Doubt
from bot.services.recompute import Moving
from bot.sla.calendar import BusinessCalendar
from bot.sla.calendar_days import HolidayYear
from bot.sla.calendar_files import CalendarSpec, DayKind, Span

MARKS = {
    DayKind.WORKING: (" ", "", "working day"),
    DayKind.WEEKEND: ("·", "dim", "weekend"),
    DayKind.HOLIDAY: ("*", "red", "holiday"),
    DayKind.MAKE_UP: ("+", "bold green", "worked instead of another day"),
    DayKind.SHIFTED: ("~", "bold cyan", "hours of its own"),
}
"""How each kind of day is marked, coloured and called."""

WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
TIME = "%Y-%m-%d %a %H:%M"
MOST_SHOWN = 20


def overview(calendars: Mapping[str, BusinessCalendar], specs: Mapping[str, CalendarSpec]) -> Table:
    """Return every calendar in a line."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    for title in ("calendar", "zone", "open", "holidays", "announced to"):
        table.add_column(title, no_wrap=title != "open")
    for name, calendar in sorted(calendars.items()):
        spec = specs[name]
        known = "" if spec.never_closes else str(calendar.announced_to)
        table.add_row(name, spec.zone, _open(spec), spec.holidays or "", known)
    return table


def months(kinds: Mapping[date, DayKind], years: Iterable[HolidayYear]) -> RenderableType:
    """Return days as grids of months, side by side, with what the marks mean and where the days are from."""
    listed = {each.year: each for each in years}
    by_month = groupby(kinds.items(), key=lambda each: each[0].replace(day=1))
    shown = [_month(first, dict(days), listed.get(first.year)) for first, days in by_month]
    found = set(kinds.values())
    legend = Text("   ").join(_legend(kind) for kind in DayKind if kind in found)
    sources = [
        Text(f"{year}: {listed[year].source}", style="yellow" if listed[year].provisional else "dim")
        for year in sorted({day.year for day in kinds} & listed.keys())
    ]
    return Group(Columns(shown, padding=(0, 3, 1, 0)), legend, *sources)


def changes(before: Mapping[date, DayKind], after: Mapping[date, DayKind]) -> Iterator[str]:
    """Yield what becomes of single days, neighbours together."""
    changed = [
        (day, before.get(day), after[day]) for day in sorted(after) if before.get(day) is not after[day]
    ]
    for _, group in groupby(
        enumerate(changed), lambda each: (each[1][0].toordinal() - each[0], each[1][1], each[1][2])
    ):
        days = [each for _, each in group]
        first, was, becomes = days[0]
        span = f"{first}" if len(days) == 1 else f"{first} to {days[-1][0]}"
        yield f"{span}: {MARKS[was][2] if was else 'unknown'} → {MARKS[becomes][2]}"


def moving(found: Iterable[Moving]) -> Table:
    """Return the deadlines that other holidays move."""
    table = Table("case", "promise", "due", "becomes")
    for each in found:
        for promise in each.promises:
            target, zone = promise.after.target, each.case.terms.zone
            was, becomes = (
                at.astimezone(zone).strftime(TIME) for at in (promise.before.due_at, promise.after.due_at)
            )
            mark = " (provisional)" if promise.provisional else ""
            table.add_row(each.case.key, f"{target.scheme} {target.milestone}", was, f"{becomes}{mark}")
    return table


def provisional(found: Iterable[Doubt], calendars: Mapping[str, BusinessCalendar]) -> Table:
    """Return deadlines that lie in a year not announced, in its calendar's zone, with what is not known."""
    table = Table("case", "promise", "due (provisional)", "calendar", "announced to")
    for each in found:
        target = each.promise.target
        zone = calendars[target.calendar].zone
        due = each.promise.due_at.astimezone(zone).strftime(TIME)
        promise = f"{target.scheme} {target.milestone}"
        table.add_row(each.case, promise, due, target.calendar, f"{each.announced_to}")
    return table


def _month(first: date, kinds: Mapping[date, DayKind], year: HolidayYear | None) -> Table:
    mark = " (provisional)" if year and year.provisional else ""
    table = Table(
        *WEEK, title=f"{first:%B %Y}{mark}", box=None, padding=0, title_justify="left", min_width=28
    )
    cells = [Text()] * first.weekday()
    for day, kind in kinds.items():
        sign, style, _ = MARKS[kind]
        cells.append(Text(f"{sign}{day.day}".rjust(3), style=style))
    for week in range(0, len(cells), len(WEEK)):
        table.add_row(*cells[week : week + len(WEEK)])
    return table


def _open(spec: CalendarSpec) -> str:
    if spec.never_closes:
        return "always"
    kinds = (("", spec.working_hours), ("weekend ", spec.weekend_hours), ("holiday ", spec.holiday_hours))
    return "; ".join(f"{name}{', '.join(map(_span, hours))}" for name, hours in kinds if hours)


def _span(span: Span) -> str:
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in span)


def _legend(kind: DayKind) -> Text:
    mark, style, words = MARKS[kind]
    return Text(f"{mark}12".strip(), style=style) + Text(f" {words}")
