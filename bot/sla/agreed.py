"""What contracts agree beside times to respond and to fix: rows that a policy's file may have."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.core.people import Language, Role
from bot.sla.allowance import Allowance, Duration, Unit
from bot.sla.files import FileModel
from bot.sla.staffing import Staffing

SHORTEST_MONTH = 28
_BY_DAYS = frozenset({Unit.DAYS, Unit.MONTHS})


class Words(FileModel):
    """The same words in every language people are spoken to in."""

    zh: str
    en: str

    def get(self, lang: Language) -> str:
        """Return the words in one language."""
        return self.zh if lang is Language.ZH else self.en


class LevelWords(FileModel):
    """How a scheme calls a level, what falls under it, who must work on it, and how, for staff."""

    name: Words
    definition: Words
    staff: Staffing = Staffing()
    handling: tuple[Words, ...] = ()


class WindowsRow(FileModel):
    """How a silent case comes to its end, and how long a closed one may come back.

    Notices come so long after the silence began, and `last_notice` before its end. With `callback`, the desk
    calls the customer once the case is closed; with `survey`, the customer is asked then how it was (C36).
    """

    closes_after: Duration
    notices_after: tuple[Duration, ...] = ()
    last_notice: Duration
    reopens_within: Duration
    callback: bool = False
    survey: bool = True
    clause: str

    @model_validator(mode="after")
    def _gives_notice_in_order_before_the_end(self) -> Self:
        written = (self.closes_after, self.reopens_within, self.last_notice, *self.notices_after)
        if any(each.unit not in _BY_DAYS or not each.amount for each in written):
            raise ValueError('periods such as "1 month" or "7 days"')
        if self.last_notice.unit is not Unit.DAYS:
            raise ValueError('a last notice in days such as "3 days"')
        ahead = [_days(each) for each in self.notices_after]
        last = _days(self.closes_after) - _days(self.last_notice)
        if sorted({*ahead, last}) != [*ahead, last]:
            raise ValueError("notices in order, the last of them before the end")
        return self


def _days(written: Allowance) -> int:
    """The least days that days or months can be."""
    return written.length.days + written.months * SHORTEST_MONTH


class BrokenRow(FileModel):
    """What it means by the document that a promise was not kept: read by the desk's own people only.

    `percent` is of the contract's value, `daily` for each day. Judging stays with people (C38).
    """

    words: Words
    percent: Annotated[float, Field(gt=0, le=100)] | None = None
    daily: bool = False
    clause: str


class Holds(StrEnum):
    """When a scheme holds that depends on the warranty."""

    IN_WARRANTY = "in_warranty"
    AFTER_WARRANTY = "after_warranty"


class WarrantyRow(FileModel):
    """How long what was delivered is under warranty, from which date of the contract, and what is left out.

    `replaced` and `repaired` are how long a part is so from the day of its replacement, or of its return.
    """

    counted_from: str = Field(alias="from")
    length: Duration
    replaced: Duration | None = None
    repaired: Duration | None = None
    exclusions: tuple[Words, ...] = ()
    clause: str

    @model_validator(mode="after")
    def _counts_in_days_or_months(self) -> Self:
        if any(each and each.unit not in _BY_DAYS for each in (self.length, self.replaced, self.repaired)):
            raise ValueError('periods such as "36 months"')
        return self


class NoteRow(FileModel):
    """What staff should know of the document in cases of a type; never said to a customer."""

    about: str
    words: Words
    clause: str


class DatedRow(FileModel):
    """What is due once: so long `after` the last of the dates it counts `from`, until its `done` is there.

    Dates are those the contract has by name; the name of another such row stands for the day that is due.
    `reminders` come so long ahead.
    """

    name: Words
    counted_from: tuple[str, ...] = Field(alias="from", min_length=1)
    after: Duration
    done: str
    by: Role
    reminders: tuple[Duration, ...] = ()
    broken: tuple[BrokenRow, ...] = ()
    clause: str

    @model_validator(mode="after")
    def _counts_in_days(self) -> Self:
        if self.after.unit is Unit.HOURS or any(each.unit is not Unit.DAYS for each in self.reminders):
            raise ValueError('days, working days or months, and reminders in days such as "7 days"')
        return self


class Anchor(StrEnum):
    """From when a recurring duty is counted: the contract's first day of service, or the month's."""

    START = "start"
    MONTH = "month"


class DutyRow(FileModel):
    """What is done for a customer every so often, and by whom; `report_within` is when its report is due."""

    name: Words
    every: Duration
    counted_from: Anchor = Field(alias="from")
    by: Role
    report_within: Duration | None = None
    clause: str

    @model_validator(mode="after")
    def _recurs_by_days_or_months(self) -> Self:
        if self.every.unit not in {Unit.DAYS, Unit.MONTHS} or not self.every.amount:
            raise ValueError('a period such as "7 days" or "3 months"')
        if self.report_within and self.report_within.unit not in _BY_DAYS:
            raise ValueError('time for its report such as "7 days" or "1 month"')
        return self
