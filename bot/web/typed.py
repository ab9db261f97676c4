"""What people typed, as HTML: whoever is mentioned set off, pasted logs left as they stand."""

import re
from collections.abc import Iterable

from markupsafe import Markup

MENTIONED = Markup('<span class="mention">@{}</span>{}')
WORDS = Markup('<p class="typed">{}</p>')
LOG = Markup('<pre class="typed log" tabindex="0">{}</pre>')

FENCE = "```"
MACHINES = re.compile(
    r"""\s*(?:\[?\d{2,4}[-/:.]\d{2}|\[|<?\d+>|(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b"""
    r"""|Traceback|File "|at [\w.$<]|[$#>] )"""
)
"""How a line begins that a machine wrote: with a time, a level, a frame of a stack, a prompt."""
LOG_LINES = 3
"""Fewer lines than this are no log."""


def typed_html(text: str, names: Iterable[str]) -> Markup:
    """Draw what somebody typed; `names` are those that can be mentioned."""
    if is_log(text):
        return LOG.format(text.strip().removeprefix(FENCE).removesuffix(FENCE).strip("\n"))
    ordered = sorted(names, key=len, reverse=True)
    first, *others = text.split("@")
    return WORDS.format(Markup("").join([Markup("{}").format(first), *(_piece(p, ordered) for p in others)]))


def is_log(text: str) -> bool:
    """Tell whether a text is a machine's: fenced, or most of its lines begin like a log's."""
    stripped = text.strip()
    if stripped.startswith(FENCE) and stripped.endswith(FENCE) and len(stripped) > 2 * len(FENCE):
        return True
    lines = [line for line in stripped.splitlines() if line.strip()]
    return len(lines) >= LOG_LINES and 2 * sum(bool(MACHINES.match(line)) for line in lines) >= len(lines)


def _piece(piece: str, names: Iterable[str]) -> Markup:
    name = next((each for each in names if piece.casefold().startswith(each.casefold())), "")
    if not name:
        return Markup("@{}").format(piece)
    return MENTIONED.format(piece[: len(name)], piece[len(name) :])
