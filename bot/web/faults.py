"""What is wrong in a text somebody typed, in their language and beside the line it is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.errors import Fault
from bot.web.texts import Texts

EXPECTED: Mapping[str, str] = {
    "Field required": "required",
    "Extra inputs are not permitted": "unknown",
    "Input should be 'all' or 'staff'": "audience",
    "Input should be 'zh' or 'en'": "language",
    "Input should be a valid date": "day",
    "Datetimes provided to dates": "day",
    "Input should be a valid integer": "number",
    "Input should be greater than": "number",
    "Input should be a valid string": "words",
    "Input should be a valid tuple": "several",
    "Input should be a valid dictionary": "by_language",
    "String should have at least 1 character": "empty",
    "String should have at most": "long",
    "String should match pattern": "identifier",
    "Tuple should have at least 1 item": "empty",
    "Value error, one line without control characters": "one_line",
    "nothing: not one of `languages`": "not_in_languages",
    "a day not before valid_from": "day_before",
    "YAML between two lines of ---": "head",
    "exactly one section for each of": "sections",
    "text without control characters": "clean",
    "an answer": "empty",
}
"""How what is expected begins, and which of the page's words says the same; others are told as they are."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is wrong: where, what is expected, and the line as it was typed."""

    line: int
    field: str
    expected: str
    typed: str


def told(fault: Fault, text: str, texts: Texts) -> Told:
    """Return a fault of a text for whoever typed it."""
    key = next((key for begins, key in EXPECTED.items() if fault.expected.startswith(begins)), None)
    lines = text.splitlines()
    typed = lines[fault.line - 1].strip() if fault.line <= len(lines) else ""
    return Told(fault.line, fault.field, texts(f"wrong.{key}") if key else fault.expected, typed)
