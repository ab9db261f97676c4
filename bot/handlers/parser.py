"""One reading of words as a request: typed after a slash, said to the bot, or put together by a button."""

import re
from dataclasses import dataclass

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from bot.core.errors import UserError
from bot.core.verbs import Verb
from bot.handlers.arguments import Kind, Setting, read
from bot.handlers.reading import SEPARATORS, one_of, starts
from bot.handlers.registry import BY_VERB, NAMES, Number, Row
from bot.handlers.request import Request

LIKELY = 65
"""How alike, of 100, a word typed as a command must be to a verb for it to be suggested."""

ALMOST_SURE = 75
"""The same for words that nobody said were a command."""

LONGEST_VERB = 24

_VERB_ENDS = r"(?=$|[\s\d]|[^\w]|c-\d|p[1-4]\b)"
_VERB = re.compile(rf"[/\s]*({one_of(NAMES)}){_VERB_ENDS}", re.IGNORECASE)
NUMBER = re.compile(r"#\d{1,6}(?![\w-])|#?(?:[A-Za-z]{1,4}-)?\d{8}-\d{4}(?![\w-])|#?0\d{3}(?![A-Za-z0-9_-])")
_SHORT_NUMBER = re.compile(r"\d{1,6}(?=$|[\s,:;、]|\.(?!\d))")
_SLASH = re.compile(r"\s*/case(?:\s+|$)", re.IGNORECASE)

NUMERIC = frozenset({Kind.LEVEL, Kind.STARS, Kind.COUNT, Kind.CASE})


@dataclass(frozen=True, slots=True)
class Head:
    """The verb that words begin with, and what follows it as typed."""

    row: Row
    rest: str
    stands_for: str = ""

    @property
    def long_number(self) -> str:
        """The number that can be nothing but a case's; empty if none stands first."""
        found = starts(NUMBER, self.rest)
        return found[0][0] if found else ""

    @property
    def numbered(self) -> bool:
        """Whether what follows begins like a case's number."""
        return bool(self.long_number) or starts(_SHORT_NUMBER, self.rest) is not None

    @property
    def clear(self) -> bool:
        """Whether this is meant for the bot although nobody called it: a bare verb, or one with a number."""
        return bool(self.long_number) or (self.row.alone and not self.rest)


def head(text: str) -> Head | None:
    """Return the verb the words begin with; None if their first word is exactly none.

    A verb ends where the words end, or before a space, a digit or punctuation: 解决不了 is none.
    """
    slash = starts(_SLASH, text)
    found = starts(_VERB, slash[1] if slash else text)
    if found is None:
        return None
    verb, stands_for = NAMES[found[0][1].casefold()]
    row, rest = BY_VERB[verb], found[1].strip(SEPARATORS)
    if row.otherwise is not None and rest and not _begins_with_choice(row, rest):
        return Head(BY_VERB[row.otherwise], rest)
    return Head(row, rest, stands_for)


def parse(text: str, setting: Setting, *, implied: bool = False) -> Request:
    """Return what words ask for; `implied` says that the case goes without saying here.

    Raises:
        UserError: they begin with no verb, or what the verb takes is missing, unreadable or too much.
    """
    found = head(text)
    if found is None:
        raise unknown_verb(text)
    return request(found, setting, implied=implied)


def request(found: Head, setting: Setting, *, implied: bool) -> Request:
    """Return the rest of a request; `implied` says that the case goes without saying here.

    Raises:
        UserError: what the verb takes is missing, unreadable or too much.
    """
    row, rest = found.row, found.rest
    if row.number is Number.NONE:
        return _read(found, "", rest, setting)
    if long := starts(NUMBER, rest):
        return _read(found, long[0][0], long[1], setting)
    short = starts(_SHORT_NUMBER, rest)
    if short is None:
        return _read(found, "", rest, setting)
    numbered, bare = (short[0][0], short[1]), ("", rest)
    first, second = (bare, numbered) if implied and _may_be_words(row, short[1]) else (numbered, bare)
    try:
        return _read(found, *first, setting)
    except UserError as error:
        return _second_reading(found, second, setting, error)


def unknown_verb(text: str) -> UserError:
    """Return the error for words that begin with no verb, naming the verb that was probably meant."""
    words = text.strip(SEPARATORS + "/").split()
    word = words[0][:LONGEST_VERB].casefold() if words else ""
    if not word:
        return UserError("no_verb")
    verb = meant(word, LIKELY)
    return (
        UserError("unknown_verb_meant", word=word, verb=verb)
        if verb
        else UserError("unknown_verb", word=word)
    )


def meant(word: str, alike: int) -> Verb | None:
    """Return the verb whose name is nearest to a word and at least so much `alike`; None if there is none.

    Chinese is compared by its sound: whoever types 接弹 chose the wrong one of the characters offered.
    """
    han = not word.isascii()
    names = {name: _sound(name) for name in NAMES if name.isascii() is not han}
    nearest = process.extractOne(_sound(word.casefold()), names, scorer=fuzz.ratio, score_cutoff=alike)
    return NAMES[nearest[2]][0] if nearest else None


def _sound(word: str) -> str:
    return "".join(lazy_pinyin(word))


def pressed(verb: Verb, words: str, setting: Setting) -> Request:
    """Return what a button asks for; its case is known.

    Raises:
        UserError: what the verb takes is missing, unreadable or too much.
    """
    given = read(verb, BY_VERB[verb].arguments, words, setting)
    return Request(verb=verb, given=given, words=words)


def _read(found: Head, number: str, rest: str, setting: Setting) -> Request:
    words = f"{found.stands_for} {rest}".strip()
    given = read(found.row.verb, found.row.arguments, words, setting)
    return Request(verb=found.row.verb, number=number.lstrip("#"), given=given, words=words)


def _second_reading(found: Head, other: tuple[str, str], setting: Setting, error: UserError) -> Request:
    """Read a short number the other way; if that fails too, the first reading says why."""
    number, rest = other
    if not number and not _starts_numeric(found.row):
        raise error
    try:
        return _read(found, number, rest, setting)
    except UserError:
        raise error from None


def _may_be_words(row: Row, behind: str) -> bool:
    """Whether a short number may belong to what is given: 补充 3 台电脑; level 2."""
    wordy = bool(behind) and bool(row.arguments) and row.arguments[0].kind is Kind.TEXT
    return wordy or _starts_numeric(row)


def _starts_numeric(row: Row) -> bool:
    return bool(row.arguments) and row.arguments[0].kind in NUMERIC


def _begins_with_choice(row: Row, rest: str) -> bool:
    words = [word for each in row.arguments[0].choices for word in (each.value, *each.synonyms)]
    return starts(re.compile(rf"({one_of(words)})(?=$|[\s\W])", re.IGNORECASE), rest) is not None
