"""What the documents promise, said a second time and as simply as possible: the desk is compared with it.

It knows one case, whole minutes and the printed figures (tests/unit/sla/figures.py). It shares no code with
`bot.sla` and `bot.cases`; names are plain words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from tests.oracle.hours import Open as OpenHours
from tests.oracle.hours import add_months, hours
from tests.unit.sla.figures import FIGURES

HOUR, DAY = 60, 24 * 60

MEETS = {
    "response": {"responded", "support_started", "diagnosed", "solved"},
    "support_started": {"support_started", "diagnosed", "arrived", "solved"},
    "engineer_named": {"engineer_named", "arrived", "solved"},
    "diagnosis": {"diagnosed", "solved"},
    "arrival": {"arrived"},
    "replacement": {"replacement_offered", "standby", "solved"},
    "fix": {"solved"},
    "unit_return": {"unit_returned"},
}
STARTS = {
    "visit_decided_from_receipt": {"visit_decided"},
    "visit_decided_from_now": {"visit_decided"},
    "diagnosis_or_arrival": {"diagnosed", "arrived"},
    "disaster_from_receipt": {"disaster"},
    "written_notice": {"written_notice"},
    "unit_received": {"unit_received"},
}
AGAIN = {"unit_return"}
"""What may be promised anew after it was kept."""

LADDER = {  # minutes: who must have been told, by level
    30: ("engineer", None, None, None),
    60: ("manager", "engineer", None, None),
    240: ("director", "manager", "engineer", "engineer"),
    720: ("vice_president", "director", "manager", "manager"),
    1440: ("president", "vice_president", "director", "director"),
}


@dataclass(frozen=True)
class Contract:
    """What one customer was promised, as the model needs to know it."""

    schemes: tuple[str, ...]
    calendar: str
    site: int = 0
    pauses: bool = False
    fix_in_hours: bool = False
    ladder: bool = True
    ladder_in_hours: bool = True


@dataclass(frozen=True)
class Break:
    """Time that does not count: the customer kept us waiting, or it was solved; `to` is None under way."""

    since: int
    to: int | None = None
    solved: bool = False


@dataclass
class Clock:
    """One promise; minutes everywhere. `written` is the printed figure of the present level; empty: none.

    Breaks are written down as they come. Whether one counts is seen when the due time is looked for: only
    what began before the promise was due moves it (a solution in the due minute was in time).
    """

    scheme: str
    milestone: str
    starts: str
    figures: Sequence[str]
    written: str
    calendar: str
    received: int
    site: int = 0
    start: int | None = None
    met: int | None = None
    awaits_visit: bool = False
    breaks: tuple[Break, ...] = ()
    heard: tuple[tuple[str, int], ...] = ()

    @property
    def key(self) -> str:
        """Its name in facts."""
        return f"{self.scheme}:{self.milestone}"

    @property
    def meets(self) -> set[str]:
        """What meets it."""
        return MEETS[self.milestone] | ({"standby"} if self.starts == "diagnosis_or_arrival" else set())

    @property
    def stops(self) -> set[str]:
        """What takes it back to where it had not begun."""
        visit = {"visit_decided"} if self.starts == "diagnosis_or_arrival" else set()
        return visit | (
            {"cancelled", "solved"} if self.milestone in {"arrival", "unit_return"} else {"cancelled"}
        )

    @property
    def due(self) -> int | None:
        """When it is due; None while it waits, or has not begun."""
        if self.start is None:
            return None
        end = _end(self.written, self.calendar, self.start, self.site)
        for each in self._counted(end):
            if each.to is None:
                return None
            end = _moved(self.calendar, end, each)
        return end

    @property
    def runs(self) -> bool:
        """Whether it counts now."""
        return self.due is not None and self.met is None

    @property
    def alarm(self) -> int | None:
        """When a promise without a number is looked at (C03)."""
        return self.start + 30 if self.written == "及时" and self.start is not None else None

    def end_break(self, at: int) -> None:
        """Let the break under way end."""
        self.breaks = tuple(replace(b, to=max(at, b.since)) if b.to is None else b for b in self.breaks)

    def settle(self) -> None:
        """Forget breaks that changed nothing: what the clock has counted is kept when the figure changes."""
        if self.start is not None:
            end = _end(self.written, self.calendar, self.start, self.site)
            self.breaks = tuple(self._counted(end))

    def _counted(self, end: int) -> Iterator[Break]:
        """Yield the breaks that move it, one after the other."""
        for each in self.breaks:
            if self.start is not None and each.since >= self.start:
                if each.since > end or (each.since == end and not each.solved):
                    return
                yield each
                end = end if each.to is None else _moved(self.calendar, end, each)


@dataclass
class Model:
    """One case; `log` is what its clocks must have recorded, with the minute.

    Every promise of every level has a clock from the beginning, and hears everything; those without a figure
    at the present level are not shown.
    """

    contract: Contract
    level: int
    received: int
    every: list[Clock] = field(default_factory=list)
    fired: set[str] = field(default_factory=set)
    broken: dict[str, int] = field(default_factory=dict)
    corrected: set[str] = field(default_factory=set)
    log: list[tuple[int, str, str]] = field(default_factory=list)
    round: int = 1
    ladder_from: int = 0
    works: bool = True

    def __post_init__(self) -> None:
        self.every = [
            self._clock(*row[:4], row[4].split())
            for scheme in self.contract.schemes
            for row in FIGURES
            if row[0] == scheme
        ]
        self.ladder_from = self.received

    @property
    def clocks(self) -> list[Clock]:
        """The promises that are kept track of."""
        return [clock for clock in self.every if clock.written]

    # --- what people do --------------------------------------------------------------------------------

    def happens(self, now: int, *events: str, said: int | None = None) -> None:
        """Let something happen now, or have been said a while ago."""
        at = now if said is None else min(max(said, self.received), now)
        for event in events:
            if event != "visit_decided" or not any(c.milestone == "arrival" and c.met for c in self.clocks):
                for clock in self.every:
                    self._hears(clock, event, at)
            for clock in self.every:
                clock.heard += ((event, at),)
        self._correct(now)
        if "solved" in events or "cancelled" in events:
            self.works = False
        if "reopened" in events:
            self.works, self.round, self.ladder_from = True, self.round + 1, at
        self.until(now)

    def levels(self, now: int, level: int) -> None:
        """Let somebody set another level: what has begun goes on with another figure, what is met stays."""
        for clock in self.every:
            if clock.written and clock.met is not None:
                continue
            if clock.written:
                clock.settle()
            clock.written = _figure_at(clock.figures, level)
        self.level = level
        self.until(now)

    def until(self, now: int) -> None:
        """Let time pass; what is overdue fires, each once a round, at its minute or as soon as it may."""
        while first := min(((at, what, key) for at, what, key in self._to_come() if at <= now), default=None):
            at, what, key = first
            self.fired.add(self._once(what, key))
            if what == "breached":
                self.broken[f"{key}:{self.round}"] = at
            self.log.append((max(at, self._since), what, key))
        self._since = now

    _since: int = 0

    # --- how clocks take it ----------------------------------------------------------------------------

    def _clock(self, scheme: str, milestone: str, starts: str, basis: str, figures: Sequence[str]) -> Clock:
        own = milestone == "fix" and self.contract.fix_in_hours
        if own:
            figures = [f"{each[:-1]}w" if each.endswith("d") else each for each in figures]
        return Clock(
            scheme=scheme,
            milestone=str(milestone),
            starts=str(starts),
            figures=figures,
            written=_figure_at(figures, self.level),
            calendar=self.contract.calendar if own or basis == "business" else "always",
            received=self.received,
            site=self.contract.site if milestone == "fix" else 0,
            start=self.received if starts == "receipt" else None,
        )

    def _hears(self, clock: Clock, event: str, at: int) -> None:
        if event == "solved" and clock.start is None:
            clock.end_break(at)
        if event in STARTS.get(clock.starts, ()):
            self._begins(clock, event, at)
        elif event in clock.meets:
            self._is_met(clock, at)
        elif event in clock.stops and clock.met is None:
            self._stops(clock)
            clock.awaits_visit = clock.awaits_visit or event == "visit_decided"
        elif event == "reopened":
            self._goes_on(clock, at)
        elif clock.milestone == "fix" and self.contract.pauses:
            self._rests(clock, event, at)

    def _begins(self, clock: Clock, event: str, at: int) -> None:
        """Begin at receipt or now; what happened since counts. What was sent back may come in again."""
        if clock.milestone in AGAIN and clock.met is not None and at > clock.met:
            clock.start, clock.met, clock.breaks = at, None, ()
        elif clock.start is None and (event == "arrived" or not clock.awaits_visit):
            clock.start = start = clock.received if clock.starts.endswith("from_receipt") else at
            met = [when for each, when in clock.heard if each in clock.meets and start <= when]
            known_to = max([at, *(when for _, when in clock.heard)])
            clock.met = met[0] if met and start < known_to else None
            waits = [each for each in clock.breaks if each.to is None or each.to > start]
            clock.breaks = tuple(replace(each, since=max(each.since, start)) for each in waits)

    def _stops(self, clock: Clock) -> None:
        """Go back to where it had not begun, but remember since when it might have."""
        clock.received = clock.received if clock.start is None else clock.start
        clock.start = None

    def _is_met(self, clock: Clock, at: int) -> None:
        if clock.start is None and clock.starts == "diagnosis_or_arrival":
            clock.start = at
        if clock.start is not None and (clock.met is None or clock.start <= at < clock.met):
            clock.end_break(at)
            clock.met = at

    def _goes_on(self, clock: Clock, at: int) -> None:
        """The time between solution and reopening is a break of the fix."""
        if clock.start is None and clock.milestone in {"arrival", "fix"}:
            clock.received = at
        elif clock.milestone == "fix" and clock.met is not None:
            clock.breaks += (Break(clock.met, at, solved=True),)
            clock.met = None

    def _rests(self, clock: Clock, event: str, at: int) -> None:
        if event == "customer_wait" and clock.met is None:
            clock.breaks += (Break(at),)
        elif event == "resumed":
            clock.end_break(at)

    def _correct(self, now: int) -> None:
        """A breach that words said in time overtake is corrected, once."""
        for clock in self.clocks:
            name = f"{clock.key}:{self.round}"
            at = self.broken.get(name)
            if at is not None and clock.met is not None and clock.met <= at and name not in self.corrected:
                self.corrected.add(name)
                self.log.append((now, "breach_corrected", clock.key))

    # --- what is to come -------------------------------------------------------------------------------

    def _to_come(self) -> Iterator[tuple[int, str, str]]:
        for at, what, key in self._wanted() if self.works else ():
            if self._once(what, key) not in self.fired:
                yield at, what, key

    def _once(self, what: str, key: str) -> str:
        """What fires once: in a round, or in each period of a promise that may be made again."""
        periods = (clock.start for clock in self.clocks if clock.key == key and clock.milestone in AGAIN)
        return f"{what}:{key}:{self.round}:{next(periods, None)}"

    def _wanted(self) -> Iterator[tuple[int, str, str]]:
        for clock in self.clocks:
            if clock.runs and clock.due is not None:
                yield clock.due, "breached", clock.key
                if clock.alarm is not None and self._once("breached", clock.key) not in self.fired:
                    yield clock.alarm, "alarmed", clock.key
        if self.contract.ladder and self.level < 5:
            urgent = self.level < 3 or not self.contract.ladder_in_hours
            calendar = hours("always" if urgent else self.contract.calendar)
            for minutes, roles in LADDER.items():
                if role := roles[self.level - 1]:
                    yield calendar.add(self.ladder_from, minutes), "rung_reached", role


def _figure_at(figures: Sequence[str], level: int) -> str:
    return figures[level - 1].strip("-")


def _figure(written: str) -> tuple[float, str]:
    """Return the promise of a printed figure; one without a number is ours: an hour (C03)."""
    if written == "及时":
        return 1, "h"
    found = re.fullmatch(r"(?:[\d.]+[hdwm]-)?([\d.]+)([hdwm])", written)
    assert found
    return float(found[1]), found[2]


@cache
def _end(written: str, calendar: str, start: int, site: int) -> int:
    """Return when a promise without breaks is due."""
    number, unit = _figure(written)
    count = hours(calendar)
    if unit == "w":
        assert isinstance(count, OpenHours)
        end = count.add_days(start, int(number))
        return count.add(end, site) if site else end
    if unit == "m":
        return count.add(add_months(start, int(number)), site)
    return count.add(start, int(number * (HOUR if unit == "h" else DAY)) + site)


def _moved(calendar: str, end: int, each: Break) -> int:
    """Return the due time after a break: as many open minutes later as the break took."""
    assert each.to is not None
    lost = hours(calendar).between(each.since, each.to)
    return hours(calendar).add(end, lost) if lost else end
