"""Every error we raise, by what can be done about it.

CasebellError
├── UserError              a person asked for something that cannot be: shown to them as one sentence
├── ConfigError            a file the operator wrote is wrong: ends the start, or keeps the running edition
├── CalendarRangeError     a promise would fall beyond the days the calendar knows
├── StoreError             the database could not do it
│   ├── StaleCaseError     the case moved on meanwhile; the store retries the whole transaction
│   └── UnreadableError    something stored cannot be read by this program; everything else can
└── DeliveryError          a platform did not take a message
    ├── TemporaryDeliveryError   try again, after `retry_after` if given
    └── PermanentDeliveryError   never try again; the operator is told
        └── GoneError            the message to change was taken away: say it anew
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.core.people import CaseId


class CasebellError(Exception):
    """Root of all our errors."""


class UserError(CasebellError):
    """Something a person asked for cannot be; `key` names the sentence in notify/texts that says so."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values: Mapping[str, str | int] = values


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in one file the operator wrote."""

    file: str
    line: int
    field: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.expected}"


class ConfigError(CasebellError):
    """One or several faults in files the operator wrote."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class CalendarRangeError(CasebellError):
    """A span reaches beyond the last day a calendar knows."""


class StoreError(CasebellError):
    """The database could not do what was asked."""


class StaleCaseError(StoreError):
    """The case was changed by somebody else since it was read."""


class UnreadableError(StoreError):
    """Something that is stored cannot be read by this program; `case` is which one, if it is a case."""

    def __init__(self, reason: str, *, case: CaseId | None = None) -> None:
        super().__init__(reason)
        self.case = case


class DeliveryError(CasebellError):
    """A platform did not take a message."""


class TemporaryDeliveryError(DeliveryError):
    """A platform did not take a message now; it may later."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class PermanentDeliveryError(DeliveryError):
    """A platform will never take this message."""


class GoneError(PermanentDeliveryError):
    """The message that was to be changed is not there any more."""
