"""Slack's two ways to write words, and what people see of them."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CONTROL = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
EMPHASIS = re.compile(
    r"(?<![\w*_~`])(?:\*(?=\S)([^*\n]*?\S)\*|_(?=\S)([^_\n]*?\S)_|~(?=\S)([^~\n]*?\S)~|`([^`\n]+)`)(?![\w*_~`])"
)
ADDRESS = re.compile(r"https?://[^\s<>|]+")
BROADCASTS = ("here", "channel", "everyone")


def escape(text: str) -> str:
    """Return words as Slack stores them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True, slots=True)
class Run:
    """A few words in one form; `rings` is who is called by it."""

    text: str
    formatted: bool = False
    rings: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What people see: the words, which of them have a form of their own, and who is called."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)

    @property
    def rung(self) -> frozenset[str]:
        """Users, groups and broadcasts that are notified."""
        return frozenset(run.rings for run in self.runs if run.rings)

    @property
    def formatted(self) -> tuple[str, ...]:
        """The words that are bold, code, a link and so on."""
        return tuple(run.text for run in self.runs if run.formatted)


def read_message(raw: dict[str, Any]) -> Reading:
    """Read a message: its blocks, else its text; the fallback text rings too."""
    text = tuple(read_mrkdwn(raw.get("text", "")))
    if not raw.get("blocks"):
        return Reading(text)
    runs = tuple(run for block in raw["blocks"] for run in (*_block(block), Run("\n")))
    seen = {run.rings for run in runs}
    return Reading((*runs, *(Run("", rings=run.rings) for run in text if run.rings not in seen)))


def read_mrkdwn(text: str) -> Iterator[Run]:
    """Read Slack's markup."""
    at = 0
    for found in CONTROL.finditer(text):
        yield from _plain_runs(text[at : found.start()])
        yield _control(*found.groups())
        at = found.end()
    yield from _plain_runs(text[at:])


def _control(sign: str, name: str, label: str | None) -> Run:
    match sign:
        case "@":
            return Run(f"@{label or name}", formatted=True, rings=name)
        case "#":
            return Run(f"#{label or name}", formatted=True)
        case "!":
            word = name.split("^")
            rings = word[1] if word[0] == "subteam" else word[0] if word[0] in BROADCASTS else ""
            return Run(label or f"@{name}", formatted=True, rings=rings)
        case _:
            return Run(html.unescape(label or name), formatted=True)


def _plain_runs(text: str) -> Iterator[Run]:
    at = 0
    for found in sorted([*EMPHASIS.finditer(text), *ADDRESS.finditer(text)], key=lambda match: match.start()):
        if found.start() >= at:
            yield from _run(text[at : found.start()])
            inner = next((group for group in found.groups() if group), found[0])
            yield from _run(inner, formatted=True)
            at = found.end()
    yield from _run(text[at:])


def _run(text: str, *, formatted: bool = False) -> Iterator[Run]:
    if text:
        yield Run(html.unescape(text), formatted=formatted)


def _block(block: dict[str, Any]) -> Iterator[Run]:
    draw = BLOCKS.get(block["type"])
    if draw is not None:
        yield from draw(block)


def _rich_text(block: dict[str, Any]) -> Iterator[Run]:
    for element in block["elements"]:
        yield from _rich(element)


def _section(block: dict[str, Any]) -> Iterator[Run]:
    for each in (*([block["text"]] if "text" in block else ()), *block.get("fields", ())):
        yield from (*_text_object(each), Run("\n"))


def _header(block: dict[str, Any]) -> Iterator[Run]:
    yield Run(block["text"]["text"], formatted=True)


def _context(block: dict[str, Any]) -> Iterator[Run]:
    for each in block["elements"]:
        yield from _text_object(each)


def _actions(block: dict[str, Any]) -> Iterator[Run]:
    for each in block["elements"]:
        yield from (Run(f"[{each['text']['text']}]"), Run(" ")) if "text" in each else ()


def _text_object(text: dict[str, Any]) -> Iterator[Run]:
    if text["type"] == "mrkdwn":
        yield from read_mrkdwn(text["text"])
    elif text["type"] == "plain_text":
        yield Run(text["text"])


def _rich(element: dict[str, Any]) -> Iterator[Run]:
    if element["type"] == "rich_text_list":
        for each in element["elements"]:
            yield from (*_rich(each), Run("\n"))
        return
    preformatted = element["type"] == "rich_text_preformatted"
    for each in element["elements"]:
        yield _inline(each, preformatted=preformatted)
    if element["type"] != "rich_text_section":
        yield Run("\n")


def _inline(element: dict[str, Any], *, preformatted: bool) -> Run:
    match element["type"]:
        case "text":
            return Run(element["text"], formatted=preformatted or any(element.get("style", {}).values()))
        case "link":
            return Run(element.get("text") or element["url"], formatted=True)
        case "user":
            return Run(f"@{element['user_id']}", formatted=True, rings=element["user_id"])
        case "usergroup":
            return Run(f"@{element['usergroup_id']}", formatted=True, rings=element["usergroup_id"])
        case "broadcast":
            return Run(f"@{element['range']}", formatted=True, rings=element["range"])
        case "emoji":
            return Run(f":{element['name']}:", formatted=True)
        case kind:
            return Run(f"<{kind}>", formatted=True)


BLOCKS = {
    "rich_text": _rich_text,
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
}
"""How each kind of block that holds words is read."""
