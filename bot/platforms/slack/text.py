"""Slack's written form of words: what people typed, read once; our own words, made harmless."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
CHARACTERS = {escaped: character for character, escaped in ESCAPES.items()}

TOKEN = re.compile(r"<([^<>\n]+)>")
ESCAPED = re.compile("|".join(CHARACTERS))
ADDRESS = re.compile(r"(?:https?|ftp|mailto|tel|slack|sip|callto|skype)[:/]", re.IGNORECASE)
SCHEME = re.compile(r"^(?:\w+://|mailto:|tel:)")
PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>\n]*)?>")


@dataclass(frozen=True, slots=True)
class Read:
    """Words as people see them, without the bot's name; `users` are those mentioned, in order, once each."""

    text: str
    to_bot: bool
    users: tuple[str, ...]


def read(text: str, *, bot: str, names: Mapping[str, str]) -> Read:
    """Translate what Slack sends: mentions become `@` and a name, links their words, escapes are undone once.

    Somebody `names` does not know is called by their id.
    """
    called = dict.fromkeys(PERSON.findall(text))
    to_bot = bot in called
    if to_bot:
        text = re.sub(rf"(?:(?<!\s)\s+)?<@{bot}(?:\|[^<>\n]*)?>[\s,，:：]*", " ", text).strip()
    parts, end = [], 0
    for token in TOKEN.finditer(text):
        parts += [unescape(text[end : token.start()]), _shown(token, names)]
        end = token.end()
    return Read(
        "".join([*parts, unescape(text[end:])]), to_bot, tuple(user for user in called if user != bot)
    )


def mentioned(text: str) -> tuple[str, ...]:
    """Return the ids of everybody mentioned in what Slack sends, the bot included."""
    return tuple(dict.fromkeys(PERSON.findall(text)))


def escape(text: str) -> str:
    """Return words as Slack wants them: nothing in them can mention, link or be taken for an escape."""
    return re.sub("[&<>]", lambda found: ESCAPES[found[0]], text)


def unescape(text: str) -> str:
    """Undo `escape`, once."""
    return ESCAPED.sub(lambda found: CHARACTERS[found[0]], text)


def _shown(token: re.Match[str], names: Mapping[str, str]) -> str:
    """Return what a person sees in place of `<…>`; what is no form of Slack's stays as it was typed."""
    target, _, label = token[1].partition("|")
    label = unescape(label)
    if person := PERSON.fullmatch(token[0]):
        return f"@{names.get(person[1]) or label or person[1]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return _special(target[1:], label)
    return _link(unescape(target), label) if ADDRESS.match(target) else unescape(token[0])


def _special(target: str, label: str) -> str:
    """Return a call to many, a group of people, or a date: Slack writes the words for it into the label."""
    kind = target.partition("^")[0]
    if kind == "date":
        return label
    return f"@{(label or kind).removeprefix('@')}"


def _link(address: str, label: str) -> str:
    """Return the words of a link, and its address unless the words are it."""
    if not label or label == address:
        return SCHEME.sub("", address) if address.startswith(("mailto:", "tel:")) else address
    bare = SCHEME.sub("", address)
    return label if bare.rstrip("/") == label.rstrip("/") else f"{label} ({address})"
