"""Durations as the documents write them: hours, days, working days and calendar months."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator


class Unit(StrEnum):
    """What an allowance is written in; months are calendar months of local time."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Allowance:
    """A promised duration as the document writes it."""

    amount: float
    unit: Unit

    @property
    def length(self) -> timedelta:
        """The duration of hours and days; working days and months have none of their own."""
        return _length(self.amount, self.unit)

    @property
    def working_days(self) -> float:
        """The working days of it: whole in files, maybe parts where a contract counts days as such."""
        return self.amount if self.unit is Unit.WORKING_DAYS else 0

    @property
    def months(self) -> int:
        """The whole months of it."""
        return int(self.amount) if self.unit is Unit.MONTHS else 0


@lru_cache
def _length(amount: float, unit: Unit) -> timedelta:
    days, hours = (amount if unit is each else 0.0 for each in (Unit.DAYS, Unit.HOURS))
    return timedelta(days=days, hours=hours)


_WRITTEN = re.compile(r"(\d+(?:\.\d+)?) (hour|working day|day|month)s?")
_UNITS = {
    "hour": Unit.HOURS,
    "day": Unit.DAYS,
    "working day": Unit.WORKING_DAYS,
    "month": Unit.MONTHS,
}
_WHOLE = {Unit.WORKING_DAYS: "whole working days", Unit.MONTHS: "whole months"}


def _allowance(written: object) -> object:
    """Turn "24 hours" into an allowance."""
    found = _WRITTEN.fullmatch(str(written))
    if found is None:
        raise ValueError('a duration such as "24 hours", "7 days", "18 working days" or "3 months"')
    amount, unit = float(found[1]), _UNITS[found[2]]
    if unit in _WHOLE and not (amount.is_integer() and amount):
        raise ValueError(_WHOLE[unit])
    return Allowance(amount, unit)


Duration = Annotated[Allowance, BeforeValidator(_allowance)]


def _by_the_clock(written: Allowance) -> Allowance:
    if written.unit not in {Unit.HOURS, Unit.DAYS}:
        raise ValueError('hours or days such as "0.5 hours"')
    return written


Short = Annotated[Duration, AfterValidator(_by_the_clock)]
"""What is counted in minutes, so that neither working days nor months will do."""
