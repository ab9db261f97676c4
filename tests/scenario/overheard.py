"""What must hold for everything the bot ever says: who may read what, which buttons work, and the tone."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from bot.access import Allowed, may
from bot.cases.model import Case, FactKind
from bot.core.message import (
    Attachment,
    Block,
    Bold,
    Bullets,
    Buttons,
    Code,
    Field,
    Fields,
    Message,
    Paragraph,
    Quote,
)
from bot.core.message import Line as Spans
from bot.core.people import CustomerId, Language
from bot.core.verbs import Verb
from bot.directory.model import Person
from bot.handlers.people import actor_of, where_of
from bot.notify.plain import line as words_of
from tests.scenario.world import Line, World, demo

CASE_NUMBER = re.compile(r"C-\d{8}-\d{4}")

NEVER_A_CUSTOMERS = {
    "a clause": re.compile(r"§|\bannex\b|\bS\d (?:A\d|part|annex)|附件2|内部时限"),
    "a scheme": re.compile(r"\b(?:s\d_\w+|chengjiang-network|huayue-campus|bluebay-portal|yuanshan-erp)\b"),
    "a fee or a penalty": re.compile(r"违约|罚|收费|penalt|breach|\bfees?\b"),
}
"""What stands in no line that a customer can read."""

WEEKDAY = r"(?:周[一二三四五六日]|Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
TIME = r"\d{1,2}:\d{2}"
DATED = re.compile(rf"{WEEKDAY}\)?(?: \d+ [A-Z][a-z]{{2}}(?: \d{{4}})?)? {TIME}(?:[–-]{TIME})?")
JUST_THEN = re.compile(rf"^(?:- |C-\d{{8}}-\d{{4}}  |[^:：]+(?:：|: ))?{TIME}  ", re.MULTILINE)
"""What happened today stands in a history by its time alone."""

WRONG_IN_ANY_TONE = {
    "an exclamation mark": re.compile(r"[!！]"),
    "a placeholder": re.compile(r"[{}]"),
    "a key of the texts": re.compile(r"\b[a-z_]+(?:\.[a-z_]+)+\b"),
    "a word of the program": re.compile(r"\b(?:None|True|False|timedelta|datetime|[A-Z]\w+\.[A-Z_]+)\b"),
}

HAN = re.compile(r"[\u4e00-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
QUOTED = re.compile(r"“[^”]*”")
SAME_IN_BOTH = re.compile(
    r"C-\d{8}-\d{4}|\bS\d (?:annex|part) [\d ()§.]+|\b[\w.]+@[\w.]+\b"
    r"|\bP\d\b|\b(?:VPN|RMA|N?IPS|USG)\b|\b[0-9a-f]{12,64}\b"
)
"""Numbers, clauses, addresses, abbreviations and the hashes of editions."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose conversation a place is: a person's own, or a group's."""

    person: Person | None
    customer: CustomerId | None
    staff_only: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """What a world's cases hold at its end."""

    cases: Mapping[str, Case]
    notes: tuple[str, ...]


def complaints(world: World) -> list[str]:
    """Return everything that is wrong with what was said in a world."""
    facts = [(case, fact) for case in world.cases() for fact in world.facts(case)]
    stored = Stored(
        cases={case.key: case for case, _ in facts},
        notes=tuple(fact.text for _, fact in facts if fact.kind is FactKind.NOTED_INTERNALLY),
    )
    return [
        f"{wrong} in {said.place}: {excerpt}"
        for said in world.every
        for wrong, excerpt in (
            *_seen_by_customers(world, said, stored),
            *_buttons(world, said),
            *_tone(world, said),
        )
    ]


# --- what customers see ----------------------------------------------------------------------------------


def _seen_by_customers(world: World, said: Line, stored: Stored) -> Iterator[tuple[str, str]]:
    reader = _reader(world, said)
    if reader.staff_only:
        return
    text = "\n".join(_own_words(said.message))
    yield from _found(NEVER_A_CUSTOMERS, _without(text, world.heard))
    for number in set(CASE_NUMBER.findall(said.text)) - set(CASE_NUMBER.findall(" ".join(world.heard))):
        case = stored.cases[number]
        if case.customer != reader.customer and case.place.lane != said.place.lane:
            yield "another customer's case", number
    for note in stored.notes:
        if note in said.text:
            yield "an internal note", note


def _addresses(person: Person) -> tuple[str | None, ...]:
    return f"dm:{person.id}", person.email, *(way.to for way in person.alerts)


def _reader(world: World, said: Line) -> Reader:
    directory, conversation = world.configuration.directory, said.place.conversation
    group = directory.group_of(said.place)
    if group is not None:
        return Reader(None, group.customer, staff_only=group.customer is None)
    person = next((each for each in directory.people.values() if conversation in _addresses(each)), None)
    staff = person is not None and person.is_staff
    return Reader(person, person.customer if person else None, staff_only=staff)


# --- buttons ---------------------------------------------------------------------------------------------


def _buttons(world: World, said: Line) -> Iterator[tuple[str, str]]:
    """A button in somebody's own conversation is one they may press."""
    person = _reader(world, said).person
    if person is None or said.place.platform not in world.platforms:
        return
    origin = world.origin(person.id)
    where = where_of(world.desk.directory, origin, world.clock.now())
    actor = actor_of(world.desk.directory, origin.sender, where)
    for button in said.buttons:
        if button.verb in set(Verb):
            choice = button.words.split(" ")[0] if button.words else ""
            if may(actor, Verb(button.verb), None, where, choice=choice) != Allowed():
                yield "a button its reader may not press", f"{button.label} on {said.text.splitlines()[0]}"


# --- tone ------------------------------------------------------------------------------------------------


def _tone(world: World, said: Line) -> Iterator[tuple[str, str]]:
    text = _without("\n".join(_own_words(said.message)), world.heard)
    yield from _found(WRONG_IN_ANY_TONE, SAME_IN_BOTH.sub("", text))
    yield from _undated(text)
    if not _is_article(said.message):
        yield from _mixed(text, _reader(world, said).person)


def _undated(text: str) -> Iterator[tuple[str, str]]:
    for line in JUST_THEN.sub("", DATED.sub("", text)).splitlines():
        if re.search(rf"(?<!\d){TIME}(?!\d)", line):
            yield "a time without its weekday", line


def _mixed(text: str, reader: Person | None) -> Iterator[tuple[str, str]]:
    """One language a message; in somebody's own conversation theirs."""
    plain = _without(SAME_IN_BOTH.sub("", QUOTED.sub("", text)), _names())
    chinese, english = HAN.findall(plain), LATIN.findall(plain)
    language = reader.language if reader else Language.ZH if len(chinese) > len(english) else Language.EN
    foreign = english if language is Language.ZH else chinese
    if foreign:
        yield f"a word that is not {language}", f"{foreign[0]} in {plain}"


def _is_article(message: Message) -> bool:
    lines = (words_of(block.line) for block in message.blocks if isinstance(block, Paragraph))
    return any(line.startswith(("依据：", "Source: ")) for line in lines)


@cache
def _names() -> tuple[str, ...]:
    directory = demo().directory
    people = (
        name for each in directory.people.values() for name in (each.name, each.name_en, each.address) if name
    )
    customers = (name for each in directory.customers.values() for name in (each.name.zh, each.name.en))
    contracts = (each.title for each in directory.contracts.values())
    return (*people, *customers, *contracts, directory.desk.name.zh, directory.desk.name.en)


# --- words -----------------------------------------------------------------------------------------------


def _found(patterns: dict[str, re.Pattern[str]], text: str) -> Iterator[tuple[str, str]]:
    for name, pattern in patterns.items():
        for line in text.splitlines():
            if pattern.search(line):
                yield name, line


def _without(text: str, phrases: Iterable[str]) -> str:
    return _any_of(tuple(sorted(set(phrases), key=len, reverse=True))).sub("", text)


@cache
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the phrases, but no part of a longer Latin word."""
    return re.compile(
        "|".join(
            rf"(?<![A-Za-z]){re.escape(each)}(?![A-Za-z])" if each.isascii() else re.escape(each)
            for each in phrases
        )
        or "(?!)"
    )


def _own_words(message: Message) -> Iterator[str]:
    """Yield the bot's own words: what people said is quoted, what they may type is code."""
    yield _line(message.title)
    for block in message.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield _line(block.line)
        case Fields():
            yield from (_field(field) for field in block.fields)
        case Bullets():
            yield from (f"- {_line(each)}" for each in block.lines)
        case Buttons():
            yield from (button.label for button in block.buttons if button.verb != Verb.ASK)
        case Quote() | Attachment():
            return


def _field(field: Field) -> str:
    return f"{field.label}：{_line(field.value)}"


def _line(spans: Spans) -> str:
    return "".join(span if isinstance(span, str) else _span(span) for span in spans)


def _span(span: Bold | Code | object) -> str:
    return span.text if isinstance(span, Bold) else ""
