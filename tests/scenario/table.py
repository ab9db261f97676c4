"""The table of what the service documents promise, and what the product has of each of its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.core.people import Language, Level
from bot.directory.rows import ContractRow
from bot.sla.agreed import BrokenRow
from bot.sla.allowance import Allowance, Unit
from bot.sla.book import Book
from bot.sla.policy import Milestone, Policy
from bot.sla.staffing import Matter

TESTS = Path(__file__).parents[1]
UNITS = {Unit.HOURS: "h", Unit.DAYS: "d", Unit.WORKING_DAYS: "w", Unit.MONTHS: "m"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the requirements it comes from, what of the product it is about, and what that must be."""

    ids: tuple[str, ...]
    kind: str
    of: tuple[str, ...]
    figure: str
    clause: str
    file: Path
    test: str

    def __str__(self) -> str:
        return " ".join((*self.ids, self.kind, *self.of))


@cache
def rows() -> tuple[Row, ...]:
    """Return the table."""
    table = yaml.safe_load((TESTS / "data" / "contracts.yaml").read_text(encoding="utf-8"))
    return tuple(_row(each, table["stories"]) for each in table["rows"])


def outside() -> Mapping[str, str]:
    """Return the requirements that nothing shows, and why not."""
    table = yaml.safe_load((TESTS / "data" / "contracts.yaml").read_text(encoding="utf-8"))
    return {each: row["why"] for row in table["outside"] for each in row["ids"].split()}


def of_kind(kind: str) -> tuple[Row, ...]:
    """Return the rows about one kind of thing."""
    return tuple(row for row in rows() if row.kind == kind)


def _row(each: Mapping[str, str], stories: Mapping[str, str]) -> Row:
    file, _, test = stories[each["shown"]].partition("::")
    kind, *of = each["of"].split()
    return Row(
        ids=tuple(each["ids"].split()),
        kind=kind,
        of=tuple(of),
        figure=each["is"],
        clause=each["clause"],
        file=TESTS / file,
        test=test,
    )


def length(written: Allowance | None) -> str:
    """Return a duration as the table writes it."""
    return f"{written.amount:g}{UNITS[written.unit]}" if written else ""


def figure(book: Book, row: Row) -> str:
    """Return what the product has of a row."""
    return FIGURES[row.kind](book, *row.of)


def clauses(book: Book, row: Row) -> tuple[str, ...]:
    """Return the clauses the product cites for a row; none where it has none to cite."""
    policy = book.policies.get(row.of[0]) if row.of else None
    if row.kind == "promise" and policy:
        return (policy.targets[Milestone(row.of[1])].clause,)
    if row.kind == "duty":
        return (book.duties[row.of[0]].clause,)
    if row.kind == "dated":
        return (book.dated[row.of[0]].clause,)
    return ()


def _promise(book: Book, scheme: str, milestone: str, level: str) -> str:
    figures = book.policies[scheme].targets[Milestone(milestone)].levels[Level(int(level))]
    if not figures.shown:
        return "及时"
    best = f"{length(figures.min)}-" if figures.min else ""
    return best + length(figures.max)


def _limit(book: Book, scheme: str, milestone: str, level: str) -> str:
    return length(book.policies[scheme].targets[Milestone(milestone)].levels[Level(int(level))].max)


def _alarm(book: Book, scheme: str, milestone: str, level: str) -> str:
    return length(book.policies[scheme].targets[Milestone(milestone)].levels[Level(int(level))].alarm)


def _soon(book: Book, scheme: str, milestone: str, level: str) -> str:
    return length(book.policies[scheme].targets[Milestone(milestone)].levels[Level(int(level))].soon)


def _staff(book: Book, scheme: str, level: str) -> str:
    return " ".join(book.policies[scheme].levels[Level(int(level))].staff.roles)


def _path(book: Book, policy: str, matter: str) -> str:
    return "; ".join(" ".join(step) for step in book.policies[policy].paths[Matter(matter)].steps)


def _level(book: Book, scheme: str, level: str) -> str:
    return book.policies[scheme].levels[Level(int(level))].name.get(Language.ZH).split(" · ")[-1]


def _definition(book: Book, scheme: str, level: str) -> str:
    return book.policies[scheme].levels[Level(int(level))].definition.get(Language.ZH)


def _handling(book: Book, scheme: str, level: str) -> str:
    return "；".join(each.zh for each in book.policies[scheme].levels[Level(int(level))].handling)


def _rung(book: Book, ladder: str, after: str, level: str) -> str:
    (rung,) = (each for each in book.policies[ladder].rungs if length(each.after) == after)
    return rung.tell[Level(int(level))]


def _step(book: Book, clock: str, minutes: str) -> str:
    steps = book.policies[clock].steps
    return " ".join(each.do for each in steps if each.after.amount * 60 == int(minutes))


def _windows(book: Book, policy: str, field: str) -> str:
    windows = book.policies[policy].windows
    assert windows is not None
    return _value(getattr(windows, field))


def _warranty(book: Book, policy: str, field: str) -> str:
    warranty = book.policies[policy].warranty
    assert warranty is not None
    if field == "exclusions":
        return "；".join(each.zh for each in warranty.exclusions)
    return _value(getattr(warranty, field))


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(_value, value))
    return length(value) if isinstance(value, Allowance) else str(value)


def _duty(book: Book, name: str) -> str:
    row = book.duties[name]
    report = f", report in {length(row.report_within)}" if row.report_within else ""
    return f"{length(row.every)} {row.counted_from} {row.by}{report}"


def _dated(book: Book, name: str) -> str:
    row = book.dated[name]
    return f"{length(row.after)} after {' '.join(row.counted_from)}"


def _broken(book: Book, of: str, milestone: str = "") -> str:
    rows_ = book.broken(of, Milestone(milestone)) if milestone else book.dated[of].broken
    return "; ".join(map(_share, rows_))


def _share(row: BrokenRow) -> str:
    share = f"{row.percent:g}%" if row.percent else ""
    return " ".join(filter(None, (share, "daily" if row.daily else "", row.words.zh)))


def _notes(book: Book, policy: str, about: str) -> str:
    return "".join(each.words.zh for each in book.policies[policy].notes if each.about == about)


def _hours(book: Book, calendar: str) -> str:
    spec = book.data.specs[calendar]
    kinds = {"working": spec.working_hours, "weekend": spec.weekend_hours, "holiday": spec.holiday_hours}
    return ", ".join(
        f"{kind} {' '.join(f'{_clock(opens)}-{_clock(closes)}' for opens, closes in spans)}"
        for kind, spans in kinds.items()
        if spans
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _policy(name: str) -> Callable[..., str]:
    def value(book: Book, scheme: str, milestone: str = "") -> str:
        of: Policy | object = book.policies[scheme]
        return str(getattr(book.policies[scheme].targets[Milestone(milestone)] if milestone else of, name))

    return value


FIGURES: Mapping[str, Callable[..., str]] = {
    "promise": _promise,
    "limit": _limit,
    "alarm": _alarm,
    "starts": _policy("starts"),
    "basis": _policy("basis"),
    "calendar_of": _policy("calendar"),
    "holds": _policy("holds"),
    "soon": _soon,
    "staff": _staff,
    "path": _path,
    "level": _level,
    "definition": _definition,
    "handling": _handling,
    "rung": _rung,
    "step": _step,
    "windows": _windows,
    "warranty": _warranty,
    "duty": _duty,
    "dated": _dated,
    "broken": _broken,
    "note": _notes,
    "notes": _notes,
    "hours": _hours,
    "setting": lambda _, field: str(float(ContractRow.model_fields[field].default)),
}
"""What the product has, by kind of row; a story has no figure."""

WITHIN = frozenset({"broken", "notes"})
"""Kinds of row whose words stand among others."""
