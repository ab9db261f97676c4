"""What the command line asks, as a case to imagine: terms, level, instants and what people do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.cases.effects import MARKS
from bot.cases.model import WaitingFor
from bot.cases.simulation import Happening
from bot.cases.triggers import TriggerKind as T
from bot.core.errors import CasebellError
from bot.core.people import Level
from bot.handlers.arguments import LEVELS
from bot.sla.book import Book
from bot.sla.calendar import ALWAYS
from bot.sla.policy import Basis
from bot.sla.terms import Terms

CALENDARS: Mapping[str, str] = MappingProxyType(
    {"s0": "s0_office", "s1": "s1_always", "s3": ALWAYS, "s4": "s4_standard"}
)
"""The service hours of each shipped document, by what the names of its schemes begin with."""

PAUSE = "2026-10-08T10:00/2026-10-08T11:00"

NONE = "none"
"""The word for no ladder and for no reminders."""

NAMED = {
    "schemes": "schemes",
    "calendar": "calendars",
    "ladder": "ladders",
    "engineer_clock": "reminders",
}
"""What a contract's settings are called on the command line, several of them."""

CLASSES = {"urgent": Level.CRITICAL, "serious": Level.SEVERE, "general": Level.MINOR}
"""The classes of event that stand for levels (C27)."""

EVENTS: Mapping[str, tuple[T, str]] = MappingProxyType(
    {
        "respond": (T.STAFF_SPOKE, ""),
        "call": (T.CALL, ""),
        "diagnose": (T.DIAGNOSE, ""),
        "visit": (T.VISIT_NEED, ""),
        "arrive": (T.VISIT_ARRIVE, ""),
        "solve": (T.SOLVE, ""),
        "confirm": (T.CONFIRM, ""),
        "reopen": (T.REOPEN, ""),
        "vendor": (T.WAIT, WaitingFor.VENDOR),
        **{choice: (T.MARK, choice) for choice in MARKS},
    }
)
"""What people can be supposed to do, as the lifecycle knows it."""


class WrongOptionError(CasebellError):
    """Something on the command line cannot be read, or names what there is not."""


def terms_of(  # noqa: PLR0913 - a contract's settings
    book: Book,
    policies: Sequence[str],
    *,
    calendar: str,
    zone: str,
    ladder: str,
    reminders: str,
    pauses: bool,
) -> Terms:
    """Return the terms of a contract with these policies; what is empty is the documents' own.

    Raises:
        WrongOptionError: there is no such policy, calendar, ladder or zone.
    """
    hours = calendar or _hours_of(book, policies)
    terms = Terms(
        schemes=tuple(dict.fromkeys(policies)),
        calendar=hours,
        zone=_zone(zone or (known.zone.key if (known := book.calendars.get(hours)) else "UTC")),
        customer_wait_pauses_fix=pauses,
        ladder="" if ladder == NONE else ladder,
        ladder_in_service_hours=True,
        engineer_clock="" if reminders == NONE else reminders,
        engineer_clock_in_service_hours=True,
    )
    if unknown := book.unknown_names(terms):
        field, name = unknown[0].split(": ", 1)
        raise WrongOptionError(
            f"there is no {name!r}; {NAMED[field]} are {', '.join(sorted(_known(book)[field]))}"
        )
    return terms


def level_of(written: str) -> Level:
    """Return a level by its number, its class or any word that people use for it.

    Raises:
        WrongOptionError: it is none.
    """
    level = CLASSES.get(written.casefold()) or LEVELS.get(written.casefold())
    if level is None:
        raise WrongOptionError(f"--level {written}: expected 1 to 5, P1 to P4, or {', '.join(CLASSES)}")
    return level


def instant(written: str, zone: ZoneInfo, option: str) -> datetime:
    """Return an instant as written, local to `zone` when it names none; in UTC.

    Raises:
        WrongOptionError: it is none.
    """
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise WrongOptionError(f"{option} {written}: expected a time such as 2026-09-30T16:50") from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def happenings(
    events: Iterable[str],
    replies: Iterable[str],
    pauses: Iterable[str],
    *,
    opened_at: datetime,
    zone: ZoneInfo,
) -> tuple[Happening, ...]:
    """Return what people are supposed to do; who arrives was sent at the report, if nothing else is said.

    Raises:
        WrongOptionError: something cannot be read.
    """
    every = tuple(_happenings(events, replies, pauses, zone))
    if early := next((each for each in every if each.at < opened_at), None):
        at = early.at.astimezone(zone)
        raise WrongOptionError(f"{early.kind} at {at:%Y-%m-%dT%H:%M} would be before the report")
    kinds = {each.kind for each in every}
    sent = T.VISIT_ARRIVE in kinds and T.VISIT_NEED not in kinds
    return (Happening(kind=T.VISIT_NEED, at=opened_at), *every) if sent else every


def _happenings(
    events: Iterable[str], replies: Iterable[str], pauses: Iterable[str], zone: ZoneInfo
) -> Iterator[Happening]:
    for written in events:
        name, _, when = written.partition("@")
        if name not in EVENTS:
            raise WrongOptionError(f"--event {written}: expected {', '.join(EVENTS)}, then @ and a time")
        kind, choice = EVENTS[name]
        yield Happening(kind=kind, choice=choice, at=instant(when, zone, f"--event {name}@"))
    for written in replies:
        yield Happening(kind=T.CUSTOMER_WROTE, at=instant(written, zone, "--customer-reply"))
    for written in pauses:
        start, end = (instant(part, zone, "--pause") for part in _parts(written))
        if end <= start:
            raise WrongOptionError(f"--pause {written}: expected an end after the start")
        yield Happening(kind=T.WAIT, choice=WaitingFor.CUSTOMER, at=start, until=end)


def _parts(written: str) -> tuple[str, str]:
    start, slash, end = written.partition("/")
    if not slash:
        raise WrongOptionError(f"--pause {written}: expected start and end, such as {PAUSE}")
    return start, end


def _hours_of(book: Book, policies: Iterable[str]) -> str:
    """Return the service hours of the document that the policies are of.

    Raises:
        WrongOptionError: they are of no document that is shipped, and count in service hours.
    """
    known = (
        CALENDARS[name] for name in (policy.partition("_")[0] for policy in policies) if name in CALENDARS
    )
    found = next(known, None)
    schemes = (book.policies[policy] for policy in policies if policy in book.policies)
    if found is None and any(
        row.basis is Basis.BUSINESS for each in schemes for row in each.targets.values()
    ):
        raise WrongOptionError(f"--calendar is needed, one of {', '.join(sorted(book.calendars))}")
    return found or ALWAYS


def _zone(written: str) -> ZoneInfo:
    try:
        return ZoneInfo(written)
    except (ValueError, LookupError, OSError):
        raise WrongOptionError(f"--zone {written}: expected a time zone such as Asia/Shanghai") from None


def _known(book: Book) -> Mapping[str, Iterable[str]]:
    """Return what each setting may name."""
    policies = book.policies.items()
    return {
        "schemes": [name for name, policy in policies if policy.targets],
        "calendar": book.calendars,
        "ladder": [NONE, *(name for name, policy in policies if policy.rungs)],
        "engineer_clock": [NONE, *(name for name, policy in policies if policy.steps)],
    }
