"""What the documents promise, said a second time and as simply as possible: the desk is compared with it.

It knows one case, whole minutes and the printed figures (tests/unit/sla/figures.py). It shares no code with
`bot.sla` and `bot.cases`; names are plain words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

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


@dataclass
class Clock:
    """One promise; minutes everywhere."""

    scheme: str
    milestone: str
    starts: str
    written: str
    calendar: str
    received: int
    site: int = 0
    start: int | None = None
    held: int = 0
    paused: int | None = None
    met: int | None = None
    awaits_visit: bool = False

    @property
    def key(self) -> str:
        """Its name in facts."""
        return f"{self.scheme}:{self.milestone}"

    @property
    def due(self) -> int:
        """When it is due, counted minute by minute."""
        assert self.start is not None
        number, unit = _figure(self.written)
        calendar, more = hours(self.calendar), self.held + self.site
        if unit == "w":
            assert isinstance(calendar, OpenHours)
            end = calendar.add_days(self.start, int(number))
            return calendar.add(end, more) if more else end
        if unit == "m":
            return calendar.add(add_months(self.start, int(number)), more)
        return calendar.add(self.start, int(number * (HOUR if unit == "h" else DAY)) + more)

    @property
    def runs(self) -> bool:
        """Whether it counts now."""
        return self.start is not None and self.met is None and self.paused is None

    @property
    def alarm(self) -> int | None:
        """When a promise without a number is looked at (C03)."""
        return self.start + 30 + self.held if self.written == "及时" and self.start is not None else None


@dataclass
class Model:
    """One case; `log` is what its clocks must have recorded, with the minute."""

    contract: Contract
    level: int
    received: int
    clocks: list[Clock] = field(default_factory=list)
    past: list[tuple[str, int]] = field(default_factory=list)
    fired: set[str] = field(default_factory=set)
    broken: dict[str, int] = field(default_factory=dict)
    log: list[tuple[int, str, str]] = field(default_factory=list)
    round: int = 1
    ladder_from: int = 0
    works: bool = True

    def __post_init__(self) -> None:
        self.clocks = self._promised(self.level)
        self.ladder_from = self.received

    # --- what people do --------------------------------------------------------------------------------

    def happens(self, now: int, *events: str, said: int | None = None) -> None:
        """Let something happen now, or have been said a while ago."""
        at = now if said is None else min(max(said, self.received), now)
        before = [replace(clock) for clock in self.clocks]
        for event in events:
            if event == "visit_decided" and any(c.milestone == "arrival" and c.met for c in self.clocks):
                pass
            else:
                for clock in self.clocks:
                    self._hears(clock, event, at, self.past)
            self.past.append((event, at))
        self._correct(before, now)
        if "solved" in events or "cancelled" in events:
            self.works = False
        if "reopened" in events:
            self.works, self.round, self.ladder_from = True, self.round + 1, at
        self.until(now)

    def levels(self, now: int, level: int) -> None:
        """Let somebody set another level: starts and holds stay, allowances change."""
        fresh = {clock.key: clock for clock in self._promised(level)}
        for number, (event, at) in enumerate(self.past):
            visited = any(c.milestone == "arrival" and c.met for c in fresh.values())
            for clock in fresh.values():
                if event != "visit_decided" or not visited:
                    self._hears(clock, event, at, self.past[:number])
        known = {clock.key: clock for clock in self.clocks}
        kept = [clock for key, clock in known.items() if key not in fresh and clock.met is not None]
        for key, clock in known.items():
            if key in fresh:
                if clock.met is None:
                    clock.written = fresh[key].written
                    if clock.paused is not None and clock.due <= clock.paused:
                        clock.paused = None
                fresh[key] = clock
        self.clocks, self.level = [*fresh.values(), *kept], level
        self.until(now)

    def until(self, now: int) -> None:
        """Let time pass; what is overdue fires, each once a round, at its minute or as soon as it may."""
        while first := min(((at, what, key) for at, what, key in self._to_come() if at <= now), default=None):
            at, what, key = first
            self.fired.add(f"{what}:{key}:{self.round}")
            if what == "breached":
                self.broken[f"{key}:{self.round}"] = at
            self.log.append((max(at, self._since), what, key))
        self._since = now

    _since: int = 0

    # --- how clocks take it ----------------------------------------------------------------------------

    def _promised(self, level: int) -> list[Clock]:
        clocks = []
        for scheme in self.contract.schemes:
            for name, milestone, starts, basis, figures in FIGURES:
                written = figures.split()[level - 1]
                if name != scheme or written == "-":
                    continue
                own = milestone == "fix" and self.contract.fix_in_hours
                if own and written.endswith("d"):
                    written = written[:-1] + "w"
                clock = Clock(
                    scheme=scheme,
                    milestone=str(milestone),
                    starts=str(starts),
                    written=written,
                    calendar=self.contract.calendar if own or basis == "business" else "always",
                    received=self.received,
                    site=self.contract.site if milestone == "fix" else 0,
                )
                clock.start = self.received if starts == "receipt" else None
                clocks.append(clock)
        return clocks

    def _hears(self, clock: Clock, event: str, at: int, past: Sequence[tuple[str, int]]) -> None:  # noqa: C901 - one question after the other
        waits = clock.start is None
        if event in STARTS.get(clock.starts, ()):
            if waits and (event == "arrived" or not clock.awaits_visit):
                clock.start = clock.received if clock.starts.endswith("from_receipt") else at
                for each, when in past if clock.start < at else ():
                    if when >= clock.start:
                        self._hears(clock, each, when, ())
            return
        if clock.starts == "diagnosis_or_arrival" and event == "visit_decided":
            if clock.met is None:
                clock.received = clock.received if clock.start is None else clock.start
                clock.start, clock.held, clock.paused, clock.awaits_visit = None, 0, None, True
            return
        meets = MEETS[clock.milestone] | ({"standby"} if clock.starts == "diagnosis_or_arrival" else set())
        if event in meets:
            self._meet(clock, at)
        elif event == "cancelled" or (event == "solved" and clock.milestone in {"arrival", "unit_return"}):
            if not waits and clock.met is None:
                clock.received = clock.start if clock.start is not None else clock.received
                clock.start, clock.held, clock.paused = None, 0, None
        elif clock.milestone == "arrival" and event == "reopened" and waits:
            clock.received = at
        elif clock.milestone == "fix":
            self._fix(clock, event, at)

    def _meet(self, clock: Clock, at: int) -> None:
        if clock.start is None:
            if clock.starts != "diagnosis_or_arrival":
                return
            clock.start = at
        if clock.paused is not None:
            self._go_on(clock, at)
        if clock.met is None or clock.start <= at < clock.met:
            clock.met = at

    def _fix(self, clock: Clock, event: str, at: int) -> None:
        if event == "reopened":
            if clock.start is None:
                clock.received = at
            elif clock.met is not None:
                if clock.met <= clock.due:
                    clock.held += hours(clock.calendar).between(clock.met, at)
                clock.met = None
        elif event == "customer_wait" and clock.runs and self.contract.pauses and at < clock.due:
            clock.paused = at
        elif event == "resumed" and clock.paused is not None:
            self._go_on(clock, at)

    def _go_on(self, clock: Clock, at: int) -> None:
        assert clock.paused is not None
        clock.held += max(hours(clock.calendar).between(clock.paused, at), 0)
        clock.paused = None

    def _correct(self, before: Sequence[Clock], now: int) -> None:
        for old, new in zip(before, self.clocks, strict=True):
            at = self.broken.get(f"{new.key}:{self.round}")
            if at is None or old.start is None or old.paused is not None or new.met is None:
                continue
            if new.met <= at and not (old.met is not None and old.met <= at):
                self.log.append((now, "breach_corrected", new.key))

    # --- what is to come -------------------------------------------------------------------------------

    def _to_come(self) -> Iterator[tuple[int, str, str]]:
        for at, what, key in self._wanted() if self.works else ():
            if f"{what}:{key}:{self.round}" not in self.fired:
                yield at, what, key

    def _wanted(self) -> Iterator[tuple[int, str, str]]:
        for clock in self.clocks:
            if clock.runs:
                yield clock.due, "breached", clock.key
                if clock.alarm is not None and f"breached:{clock.key}:{self.round}" not in self.fired:
                    yield clock.alarm, "alarmed", clock.key
        if self.contract.ladder and self.level < 5:
            urgent = self.level < 3 or not self.contract.ladder_in_hours
            calendar = hours("always" if urgent else self.contract.calendar)
            for minutes, roles in LADDER.items():
                if role := roles[self.level - 1]:
                    yield calendar.add(self.ladder_from, minutes), "rung_reached", role


def _figure(written: str) -> tuple[float, str]:
    """Return the promise of a printed figure; one without a number is ours: an hour (C03)."""
    if written == "及时":
        return 1, "h"
    found = re.fullmatch(r"(?:[\d.]+[hdwm]-)?([\d.]+)([hdwm])", written)
    assert found
    return float(found[1]), found[2]
