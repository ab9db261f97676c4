"""People's words in DingTalk's markdown: shown as they were typed, formatting nothing and ringing nobody.

Whether DingTalk's clients honour a backslash is not documented; it is what markdown itself prescribes.
"""

import re

BLANK = "\u00a0"
INVISIBLE = "\u200b"
"""Between an `@` and a name: it looks the same and names nobody."""

_SPECIAL = re.compile(
    r"""(?P<blank>(?<=[ ])[ ]|\t)
      | (?P<at>(?<![A-Za-z0-9._%+-])@(?=\S|$))
      | (?P<entity>&(?=\#?\w*(?:;|$)))
      | (?P<tag><(?=[A-Za-z/!?]|$))
      | (?P<sign>[`*\[\]]|\\(?=[!-/:-@\[-`{-~]|$)|(?<![^\W_])_|_(?![^\W_])|~(?=~|$)|(?<=~)~|(?<!\S)\#)
    """,
    re.VERBOSE,
)
_REPLACED = {"blank": BLANK, "at": f"@{INVISIBLE}", "entity": "&amp;", "tag": "&lt;"}

_OPENING = re.compile(r"[-+>|=]|:(?=-)|\d{1,9}(?=[.)])")
"""What makes a line a list, a quote, a table or a heading."""

_LINK = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)


def escaped(text: str, *, opens: bool) -> str:
    """Return words as markdown that shows them as they are; `opens` if a line begins with them."""
    indent = len(text) - len(text.lstrip(" \t")) if opens else 0
    safe = _SPECIAL.sub(_replaced, text[indent:])
    if opens and (found := _OPENING.match(safe)):
        end = found.end() if found[0].isdigit() else 0
        safe = f"{safe[:end]}\\{safe[end:]}"
    return BLANK * indent + safe


def quiet(text: str) -> str:
    """Return words for a text message, which formats nothing, so that they ring nobody there."""
    return re.sub(r"(?<![A-Za-z0-9._%+-])@(?=\S|$)", f"@{INVISIBLE}", text)


def bold(text: str, *, before: str, after: str) -> str:
    """Return emphasised words, to stand between two signs.

    Where a letter stands outside of the stars and none inside, markdown takes them for stars.
    """
    bare = text.strip()
    if not bare:
        return escaped(text, opens=not before)
    left = " " if before.isalnum() and not bare[0].isalnum() else ""
    right = " " if after.isalnum() and not bare[-1].isalnum() else ""
    return f"{left}**{escaped(bare, opens=False)}**{right}"


def link(text: str, url: str, *, opens: bool) -> str:
    """Return words that lead to a web address; any other address is only told."""
    if not _LINK.fullmatch(url):
        return escaped(f"{text} ({url})", opens=opens)
    address = url.replace("(", "%28").replace(")", "%29").replace("\\", "%5C")
    return f"[{escaped(text, opens=False)}]({address})"


def _replaced(found: re.Match[str]) -> str:
    return _REPLACED.get(found.lastgroup or "") or f"\\{found[0]}"
