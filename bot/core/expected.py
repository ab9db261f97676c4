"""What is wrong in a file, in our words: those of the checker, made short and all of one form."""

from collections.abc import Mapping

from pydantic_core import ErrorDetails

KINDS: Mapping[str, str] = {
    "missing": "expected a value, found none",
    "extra_forbidden": "expected no such field",
    "string_type": "expected text",
    "string_too_short": "expected text, found nothing",
    "model_type": "expected fields",
    "model_attributes_type": "expected fields",
    "dict_type": "expected fields",
    "tuple_type": "expected a list",
    "list_type": "expected a list",
    "too_short": "expected at least one",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "finite_number": "expected a number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "date_type": "expected a day such as 2026-11-20",
    "date_from_datetime_parsing": "expected a day such as 2026-11-20",
    "date_from_datetime_inexact": "expected a day such as 2026-11-20",
}
"""Our words for the checker's kinds of fault; of other kinds its own are kept, turned into “expected …”."""

TURNED = ("Input should be ", "Value error, ")
"""How the checker's words begin that say what was expected."""


def expected(error: ErrorDetails) -> str:
    """Return what was expected of a value and, of a text, what was found."""
    said, found = KINDS.get(error["type"]) or _turned(error["msg"]), error["input"]
    return f"{said}, found {found!r}" if isinstance(found, str) and "found" not in said else said


def _turned(said: str) -> str:
    for begin in TURNED:
        if said.startswith(begin):
            return f"expected {said.removeprefix(begin)}"
    return said
