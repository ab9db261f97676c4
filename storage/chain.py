"""How facts hang together: what exactly is hashed. Never to be changed; another way is another `v`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.cases.facts import Datum
from bot.core.people import CaseKey, PersonId

VERSION = 1
GENESIS = "0" * 64

_quoted = json.encoder.encode_basestring
_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Everything one fact's hash covers; instants are microseconds since 1970, `data` is canonical JSON."""

    v: int
    case: CaseKey
    seq: int
    previous: str
    at: int
    said_at: int
    kind: str
    actor: str
    data: str
    text: str

    @property
    def hash(self) -> str:
        """SHA-256 of the link as canonical JSON, put together from parts: its data are written once."""
        return sha256(
            f'{{"actor":{_quoted(self.actor)},"at":{self.at},"case":{_quoted(self.case)},"data":{self.data},'
            f'"kind":{_quoted(self.kind)},"previous":{_quoted(self.previous)},"said_at":{self.said_at},'
            f'"seq":{self.seq},"text":{_quoted(self.text)},"v":{self.v}}}'
        )


def canonical(values: Mapping[str, Datum | dict[str, Datum]]) -> str:
    """Return the one JSON text of these values: keys sorted, no spaces, no escapes that are not needed."""
    return _written(values)


def text_hash(salt: str, text: str) -> str:
    """Return what stands for a fact's words in the chain; without the salt nobody can guess them."""
    return sha256(salt + text)


def pseudonym(salt: str, person: PersonId) -> str:
    """Return what stands for a person in the chain; without the salt nobody can guess who."""
    return sha256(salt + person)


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
