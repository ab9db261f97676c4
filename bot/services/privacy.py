"""Words without what tells whose they are: before they leave the desk, or are kept as an example."""

import re
from collections.abc import Iterator

from bot.directory.lookup import Directory
from bot.kb.drafting import GONE, scrubbed

STREET = re.compile(
    r"[\u4e00-\u9fff]{1,8}?(?:路|街|大道|巷|弄)\s?\d+\s?号(?:[\u4e00-\u9fff\d]{0,6}?(?:楼|室|栋|座))?"
    r"|\d+\s?(?:栋|幢|号楼)\s?\d+\s?单元(?:\s?\d+室?)?"
    r"|\b\d+[A-Za-z]?\s(?:[A-Z][\w'-]+\s){1,3}(?:Street|Road|Avenue|Lane|Drive|St|Rd|Ave)\b"
)
"""What looks like somebody's address."""

HALF_WIDTH = {ord(wide): chr(ord(wide) - 0xFEE0) for wide in "０１２３４５６７８９＋－．＠（）"}
"""Telephones and the like are written in full width too."""


def private_names(directory: Directory) -> frozenset[str]:
    """Return what people, customers and contracts of the directory are called, and how they are reached."""
    return frozenset(filter(None, _names(directory)))


def redacted(text: str, names: frozenset[str]) -> str:
    """Return words without private data: names as given, and what looks like such by its form."""
    return STREET.sub(GONE, scrubbed(text.translate(HALF_WIDTH), names))


def _names(directory: Directory) -> Iterator[str]:
    for person in directory.people.values():
        said = (person.name, person.name_en, person.phone, person.email, person.address)
        yield from (each for each in said if each)
    for customer in directory.customers.values():
        yield from (customer.name.zh, customer.name.en)
    yield from directory.contracts
