"""What the pages need, made of what the loops have."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from prometheus_client import CollectorRegistry, Gauge

from bot.core.errors import StoreError
from bot.core.message import Button
from bot.core.people import Language, PersonId, Place
from bot.core.verbs import Verb
from bot.directory.lookup import Directory
from bot.directory.model import Bilingual
from bot.handlers.forms import FormField as Asked
from bot.handlers.forms import fields
from bot.jobs.advising import counted
from bot.jobs.bell import Bell
from bot.jobs.clockguard import ClockGuard
from bot.jobs.crew import Crew
from bot.jobs.demo import DemoClock, Reached
from bot.jobs.duties import next_duty
from bot.jobs.executor import Executor
from bot.jobs.pulse import Pulse
from bot.jobs.steps import OnStep, Step
from bot.jobs.watchdog import Watchdog
from bot.platforms.local.platform import LocalPlatform
from bot.ports import MAIL, ChatLine, Counted, Unit
from bot.services.coverage import Doubt, count_doubts, doubts, running_out
from bot.services.desk import Desk
from bot.sla.book import Book
from bot.web.desk import Check, Choice, Demo, FieldKind, FormField, Mail, Progress, Provisional

VERBS = frozenset(Verb)
WAKES_LATE = timedelta(seconds=60)
OUTBOX_LATE = timedelta(minutes=5)
"""How late clocks and messages may be, in business time, before the process is not ready."""

MAILS = 200
"""How many mails the outbox page shows, the newest."""

T = TypeVar("T")


class RingingChat:
    """Implements bot.web.desk.LocalChat: the local chat, whose events are taken up at once."""

    def __init__(self, local: LocalPlatform, bell: Bell, on_step: OnStep) -> None:
        self.name = local.name
        self._local = local
        self._bell = bell
        self._on_step = on_step

    async def post(self, person: PersonId, place: Place, text: str) -> ChatLine:
        """Say something as a person."""
        line = await self._local.post(person, place, text)
        self._stored()
        return line

    async def press(self, person: PersonId, place: Place, button: Button, *, line: int | None) -> None:
        """Press a button of a line as a person; its words hold what the form asked."""
        await self._local.press(person, place, button, line=line)
        self._stored()

    def _stored(self) -> None:
        self._on_step(Step.STORED)
        self._bell.ring()


class AppDesk:
    """Implements bot.web.desk.WebDesk; with a chat there is a demo, and its clock can be moved."""

    def __init__(self, desk: Desk, executor: Executor, crew: Crew, *, chat: RingingChat | None) -> None:
        self.metrics = CollectorRegistry()
        self.inside = desk
        self._executor = executor
        self._bell = crew.delivery.bell
        self._pulse = crew.pulse
        self._guard = crew.guard
        self._watchdog = watchdog = crew.watchdog
        mended = Gauge("casebell_wakes_mended", "Cases that would have woken too late", registry=self.metrics)
        mended.set_function(lambda: watchdog.mended)
        recount = crew.recount
        left = Gauge("casebell_recount_left", "Cases to count on other holidays", registry=self.metrics)
        left.set_function(lambda: recount.left)
        asked = Gauge(
            "casebell_llm_asked", "Questions to a language model", ["outcome"], registry=self.metrics
        )
        for outcome, count in counted(crew.advisor).items():
            asked.labels(outcome).set_function(count)
        held = Gauge(
            "casebell_clock_held",
            "1 while clocks are held after a step of the machine's",
            registry=self.metrics,
        )
        held.set_function(lambda: 1 if crew.guard and crew.guard.held else 0)
        self._clock = clock = DemoClock(
            executor,
            crew.settle,
            next_duty=partial(next_duty, zone=desk.directory.desk.zone),
            delivered=lambda: crew.delivery.delivered,
        )
        self.demo = Demo(chat=chat, clock=_Clock(clock), mails=self._mails) if chat else None

    def directory(self) -> Directory:
        """Return who is who, as this process last saw it."""
        return self.inside.directory

    def directory_of(self, unit: Unit) -> Directory:
        """Return who is who in a transaction."""
        return self.inside.directory_of(unit)

    async def call(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction, off the event loop."""
        return await self._executor.call(work)

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on a snapshot, off the event loop."""
        return await self._executor.read(work)

    async def changed(self, within: timedelta) -> None:
        """Return when something may have changed, after `within` at the latest."""
        await self._bell.heard(self._bell.rings, within=within)

    def form(self, button: Button, *, staff: bool) -> tuple[FormField, ...]:
        """Return what a button must still ask of staff or of a customer; nothing if it acts at once."""
        if button.words or button.verb not in VERBS:
            return ()
        asked = partial(fields, Verb(button.verb), texts=self.inside.texts, staff=staff)
        return tuple(map(_field, asked(lang=Language.ZH), asked(lang=Language.EN)))

    async def checks(self) -> tuple[Check, ...]:
        """Look whether the database answers, this process's loops live, and nothing lags.

        While the demo's clock moves, everything is late for a moment: that is no lag.
        """
        loops = _loops(self._pulse)
        try:
            at, wake, due = await self._executor.read(
                lambda unit: (unit.now, unit.cases.next_wake(), unit.outbox.next_due())
            )
        except StoreError as error:
            return (Check(name="database", ok=False, detail=str(error)), loops)
        moving = self._clock.moving
        return (
            Check(name="database", ok=True, detail=f"{at:%Y-%m-%d %H:%M} UTC"),
            loops,
            _lag("clocks", at, wake, limit=WAKES_LATE, moving=moving),
            _lag("outbox", at, due, limit=OUTBOX_LATE, moving=moving),
            _calendars(self.inside.book, running_out(self.inside.directory, self.inside.book, at)),
            *_machine(self._guard),
            Check(name="watchdog", ok=True, detail=_audited(self._watchdog)),
        )

    async def provisional(self, *, limit: int, offset: int = 0) -> tuple[Provisional, ...]:
        """Return deadlines of open cases that may still move, soonest first, without the first `offset`."""
        found = await self._executor.read(
            lambda unit: doubts(unit, self.inside.book, limit=limit, offset=offset)
        )
        return tuple(map(self._provisional, found))

    async def count_provisional(self) -> Counted:
        """Return how many deadlines may still move, of how many open cases."""
        return await self._executor.read(lambda unit: count_doubts(unit, self.inside.book))

    def _provisional(self, doubt: Doubt) -> Provisional:
        target = doubt.promise.target
        say = partial(self.inside.texts.say, f"field.promise.{target.milestone}")
        return Provisional(
            case=doubt.case,
            promise=Bilingual(say(Language.ZH), say(Language.EN)),
            due_at=doubt.promise.due_at,
            calendar=target.calendar,
            announced_to=doubt.announced_to,
        )

    async def _mails(self) -> tuple[Mail, ...]:
        sent = await self._executor.read(lambda unit: unit.outbox.said_on(MAIL, limit=MAILS))
        return tuple(Mail(at=at, address=each.place.conversation, message=each.message) for at, each in sent)


class _Clock:
    """Implements bot.web.desk.DemoClock."""

    def __init__(self, clock: DemoClock) -> None:
        self._clock = clock

    async def advance(self, by: timedelta) -> Progress:
        """Move business time forward."""
        return _progress(await self._clock.advance(by))

    async def to_next_event(self) -> Progress:
        """Move business time to the next due instant; where nothing is due, nothing moves."""
        return _progress(await self._clock.to_next_event())

    def progress(self) -> Progress | None:
        """Return how far the move under way has come; None if the clock stands."""
        reached = self._clock.progress()
        return None if reached is None else _progress(reached)


def _loops(pulse: Pulse) -> Check:
    dead = pulse.dead()
    detail = f"ended: {', '.join(dead)}" if dead else f"{pulse.alive()} running here"
    return Check(name="loops", ok=not dead, detail=detail)


def _machine(guard: ClockGuard | None) -> tuple[Check, ...]:
    """Whether the machine's clock can be trusted, where it is the desk's."""
    if guard is None:
        return ()
    detail = (
        "it was set: clocks are held; `casebell clock --confirm` if it is right" if guard.held else "steady"
    )
    return (Check(name="clock", ok=not guard.held, detail=detail),)


def _audited(watchdog: Watchdog) -> str:
    return f"{watchdog.rounds} rounds, {watchdog.looked} cases in this one, {watchdog.mended} mended"


def _lag(name: str, now: datetime, due: datetime | None, *, limit: timedelta, moving: bool) -> Check:
    """Compare what is due first with now; both are business time."""
    late = max(now - due, timedelta(0)) if due is not None else timedelta(0)
    seconds = int(late.total_seconds())
    return Check(name=name, ok=moving or late <= limit, detail=f"{seconds} s late" if seconds else "in time")


def _calendars(book: Book, ending: tuple[tuple[str, date], ...]) -> Check:
    """Say which calendars run out; what they still know can be counted, so the process is ready.

    The edition of the holidays is the same in all processes of a desk.
    """
    detail = "; ".join(f"{name}: announced to {last}" for name, last in ending) or "announced for two months"
    return Check(name="calendars", ok=True, detail=f"{detail}; holidays {book.data.days}")


def _progress(reached: Reached) -> Progress:
    return Progress(at=reached.at, messages=reached.messages)


def _field(zh: Asked, en: Asked) -> FormField:
    return FormField(
        name=zh.name,
        label=Bilingual(zh.label, en.label),
        kind=FieldKind(zh.kind),
        choices=tuple(
            Choice(one.value, Bilingual(one.label, other.label))
            for one, other in zip(zh.choices, en.choices, strict=True)
        ),
        required=zh.required,
        before=zh.before,
    )
