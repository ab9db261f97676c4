"""What a verb takes, declared once: it gives the parsing, the usage text and the fields of a form."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.errors import UserError
from bot.core.people import CustomerId, Level, Sender
from bot.core.verbs import Verb
from bot.handlers.moments import DAY, MOMENT, coming, day_of, past
from bot.handlers.reading import SEPARATORS, ends, half_width, one_of, starts, whole


class Kind(StrEnum):
    """How an argument is typed."""

    TEXT = "text"
    CHOICE = "choice"
    LEVEL = "level"
    STARS = "stars"
    COUNT = "count"
    CASE = "case"
    PERSON = "person"
    CUSTOMER = "customer"
    FOR_CUSTOMER = "for_customer"
    VERB = "verb"
    WORD = "word"
    FILTERS = "filters"
    AT = "at"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words an argument may be, and what else people call it.

    One that comes `later` is understood, but not offered yet.
    """

    value: str
    synonyms: tuple[str, ...] = ()
    later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One thing a verb takes; `name` is its name in the texts. Customers do not have one `for_staff`.

    A form does not ask for what is not `asked`: such a button acts at once.
    """

    kind: Kind
    name: str
    required: bool = True
    choices: tuple[Choice, ...] = ()
    for_staff: bool = False
    asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a search besides words."""

    vendor: str = ""
    type: str = ""
    opened_from: datetime | None = None
    opened_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given to a verb; which parts are filled depends on what it takes."""

    text: str = ""
    choice: str = ""
    level: Level | None = None
    number: int = 0
    case: str = ""
    person: str = ""
    mention: Sender | None = None
    customer: CustomerId | None = None
    word: str = ""
    at: datetime | None = None
    until: datetime | None = None
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What reading depends on besides the words: who speaks, when and where, and whom the desk knows."""

    now: datetime
    zone: ZoneInfo
    staff: bool
    mentions: tuple[Sender, ...] = ()
    customers: Mapping[str, CustomerId] = field(default_factory=dict)


Read = tuple[Given, str] | None
Reader = Callable[[Given, str, Argument, Setting], Read]
"""Takes its argument from the words and returns what is left of them; None if it is not there."""


def read(verb: Verb, arguments: tuple[Argument, ...], words: str, setting: Setting) -> Given:
    """Return what the words give to a verb.

    Raises:
        UserError: something required is missing or not readable, or words are left over.
    """
    given, rest = Given(), words.strip(SEPARATORS)
    for argument in sorted(arguments, key=lambda each: each.kind not in AT_THE_END):
        if argument.for_staff and not setting.staff:
            continue
        taken = READERS[argument.kind](given, rest, argument, setting)
        if taken is not None:
            given, rest = taken
        elif argument.required:
            key = "argument_unreadable" if rest else "argument_missing"
            raise UserError(key, verb=verb, argument=argument.name, words=rest[:40])
    if rest.strip(SEPARATORS):
        raise UserError("argument_surplus", verb=verb, words=rest.strip()[:40])
    return given


LEVELS: Mapping[str, Level] = {
    word: level
    for level, words in {
        Level.CRITICAL: ("1", "1级", "一级", "p1", "紧急", "critical"),
        Level.SEVERE: ("2", "2级", "二级", "p2", "严重", "severe"),
        Level.MINOR: ("3", "3级", "三级", "p3", "一般", "minor"),
        Level.USAGE: ("4", "4级", "四级", "p4", "usage"),
        Level.REQUEST: ("5", "5级", "五级", "request"),
    }.items()
    for word in words
}
"""Words for a level (bridge C27: P1-P4 and the event classes stand for the desk's own levels)."""

ENDED = r"(?=$|[\s\W_])"
LEVEL = re.compile(rf"({one_of(LEVELS)}){ENDED}", re.IGNORECASE)
STARS = re.compile(r"([1-5])(?:\s*(?:星|分|stars?\b))?(?![A-Za-z0-9_./])", re.IGNORECASE)
COUNT = re.compile(rf"(\d{{1,4}}){ENDED}")
CASE = re.compile(r"#?((?:[A-Za-z]{1,4}-)?\d{8}-\d{4}|\d{1,6})(?=$|[^\w-])")
WORD = re.compile(r"(\S+)")
AT = re.compile(rf"(?:^|[\s,;.])(?:at|于|在)\s*{MOMENT}\s*\.?\s*$", re.IGNORECASE)
UNTIL = re.compile(rf"(?:(?:^|\s)(?:until|till)\s+|\s*(?:直到|到|至)\s*|^|\s){MOMENT}\s*$", re.IGNORECASE)
FOR = re.compile(r"(?:for\s+|代\s*|为\s*)", re.IGNORECASE)
MENTIONED = re.compile(r"<@([^>|]+)(?:\|[^>]*)?>")
FILTER = re.compile(rf"(?:^|\s)(vendor|厂商|type|类型|from|从|to|到):\s*({DAY}|\S+)", re.IGNORECASE)


def _text(given: Given, rest: str, _argument: Argument, _setting: Setting) -> Read:
    return (replace(given, text=rest.strip()), "") if rest.strip() else None


def _choice(given: Given, rest: str, argument: Argument, _setting: Setting) -> Read:
    values = {word: each.value for each in argument.choices for word in (each.value, *each.synonyms)}
    found = starts(re.compile(rf"({one_of(values)}){ENDED}", re.IGNORECASE), rest)
    return (replace(given, choice=values[found[0][1].casefold()]), found[1]) if found else None


def _level(given: Given, rest: str, _argument: Argument, _setting: Setting) -> Read:
    found = starts(LEVEL, rest)
    return (replace(given, level=LEVELS[found[0][1].casefold()]), found[1]) if found else None


def _stars(given: Given, rest: str, _argument: Argument, _setting: Setting) -> Read:
    found = starts(STARS, rest)
    return (replace(given, number=int(found[0][1])), found[1]) if found else None


def _count(given: Given, rest: str, _argument: Argument, _setting: Setting) -> Read:
    found = starts(COUNT, rest)
    return (replace(given, number=int(found[0][1])), found[1]) if found else None


def _case(given: Given, rest: str, _argument: Argument, _setting: Setting) -> Read:
    found = starts(CASE, rest)
    return (replace(given, case=found[0][1]), found[1]) if found else None


def _word(given: Given, rest: str, _argument: Argument, _setting: Setting) -> Read:
    found = starts(WORD, rest)
    return (replace(given, word=found[0][1]), found[1]) if found else None


def _person(given: Given, rest: str, _argument: Argument, setting: Setting) -> Read:
    """Somebody mentioned, or else a name: all that is left."""
    if setting.mentions:
        mention = setting.mentions[0]
        pattern = rf"@?\s*{whole(mention.name)}|<@[^>]*>|@\S+" if mention.name else r"<@[^>]*>|@\S+"
        found = starts(re.compile(pattern, re.IGNORECASE), rest)
        return replace(given, mention=mention, person=mention.name), found[1] if found else rest
    if linked := starts(MENTIONED, rest):
        return replace(given, person=linked[0][1]), linked[1]
    name = half_width(rest).strip(SEPARATORS + "@")
    return (replace(given, person=name), "") if name else None


def _customer(given: Given, rest: str, _argument: Argument, setting: Setting) -> Read:
    if not setting.customers:
        return None
    found = starts(re.compile(f"({one_of(setting.customers)})", re.IGNORECASE), rest)
    return (replace(given, customer=setting.customers[found[0][1].casefold()]), found[1]) if found else None


def _for_customer(given: Given, rest: str, argument: Argument, setting: Setting) -> Read:
    found = starts(FOR, rest)
    taken = _customer(given, found[1], argument, setting) if found else None
    return (replace(taken[0], choice="for"), taken[1]) if taken else None


def _at(given: Given, rest: str, _argument: Argument, setting: Setting) -> Read:
    found = ends(AT, rest)
    if found is None:
        return None
    at = past(found[0], setting.now, setting.zone)
    if at is None and coming(found[0], setting.now, setting.zone):
        raise UserError("at_is_to_come", words=found[0][0].strip(SEPARATORS))
    return (replace(given, at=at), found[1]) if at else None


def _until(given: Given, rest: str, _argument: Argument, setting: Setting) -> Read:
    found = ends(UNTIL, rest)
    until = coming(found[0], setting.now, setting.zone) if found else None
    return (replace(given, until=until), found[1]) if found and until else None


def _filters(given: Given, rest: str, _argument: Argument, setting: Setting) -> Read:
    filters = Filters()
    while found := FILTER.search(half_width(rest)):
        filters = _filtered(filters, found, setting)
        rest = f"{rest[: found.start()].rstrip()} {rest[found.end() :].lstrip()}".strip()
    return replace(given, filters=filters), rest


def _filtered(filters: Filters, found: re.Match[str], setting: Setting) -> Filters:
    name, value = found[1].casefold(), found[2]
    if name in ("vendor", "厂商"):
        return replace(filters, vendor=value)
    if name in ("type", "类型"):
        return replace(filters, type=value)
    day = day_of(found, setting.now, setting.zone)
    if day is None:
        raise UserError("day_unreadable", words=value)
    if name in ("from", "从"):
        return replace(filters, opened_from=day)
    return replace(filters, opened_to=day + timedelta(days=1))


AT_THE_END = frozenset({Kind.AT, Kind.UNTIL, Kind.FILTERS})
"""What is looked for behind the words, before they are taken whole."""

READERS: Mapping[Kind, Reader] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.VERB: _choice,
    Kind.LEVEL: _level,
    Kind.STARS: _stars,
    Kind.COUNT: _count,
    Kind.CASE: _case,
    Kind.PERSON: _person,
    Kind.CUSTOMER: _customer,
    Kind.FOR_CUSTOMER: _for_customer,
    Kind.WORD: _word,
    Kind.FILTERS: _filters,
    Kind.AT: _at,
    Kind.UNTIL: _until,
}
