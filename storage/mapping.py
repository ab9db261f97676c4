"""Values into rows and back: bodies as JSON through pydantic, promises as columns."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import RowMapping

from bot.cases.model import Case
from bot.core.errors import StoreError
from bot.core.message import Message
from bot.core.people import CaseId, Place
from bot.ports import Exchange, Saying, SentRef
from bot.sla.milestones import Met, Paused, Pending, Promise, Running, earliest
from bot.sla.policy import Target

T = TypeVar("T")
Value = str | int | bool | datetime | timedelta | None


class Json(Generic[T]):
    """Values of one class as JSON."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._adapter = TypeAdapter(kind)

    def dump(self, value: T, *, without: frozenset[str] = frozenset()) -> str:
        """Return a value as JSON, `without` some of its fields."""
        return self._adapter.dump_json(value, exclude=set(without)).decode()

    def load(self, body: str, **missing: object) -> T:
        """Return the value that was dumped, with the fields it was dumped without.

        Raises:
            StoreError: this program cannot read it.
        """
        try:
            if missing:
                return self._adapter.validate_python({**json.loads(body), **missing})
            return self._adapter.validate_json(body)
        except ValidationError as error:
            fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
            raise StoreError(f"a stored {self._kind.__name__} cannot be read: {', '.join(fields)}") from None


EXCHANGE = Json(Exchange)
MESSAGE = Json(Message)
PLACE = Json(Place)
SAYING = Json(Saying)
SENT_REF = Json(SentRef)

_CASE = Json(Case)
_TARGET = Json(Target)
_NOT_IN_BODY = frozenset({"id", "version", "promises"})
_STATES: Mapping[type[Promise], str] = {
    Pending: "pending",
    Running: "running",
    Paused: "paused",
    Met: "met",
}
_KINDS: Mapping[str, type[Promise]] = {state: kind for kind, state in _STATES.items()}
_CLOCK = ("received_at", "awaits_visit", "start_at", "held", "paused_at", "due_at", "met_at")


def case_row(case: Case) -> dict[str, Value]:
    """Return what a case is stored as, but for its id, version and promises."""
    next_due = earliest(case.promises)
    return {
        "key": case.key,
        "tail": int(case.key.rpartition("-")[2]),
        "status": case.status,
        "type": case.type,
        "level": int(case.level),
        "customer": case.customer,
        "reporter": case.reporter.person,
        "owner": case.owner,
        "lane": case.place.lane,
        "thread": case.place.thread,
        "vendor": case.vendor.casefold(),
        "words": f"{case.key}\n{case.brief}\n{case.product}\n{case.vendor}".casefold(),
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "next_due_at": None if next_due is None else next_due.due_at,
        "body": _CASE.dump(case, without=_NOT_IN_BODY),
    }


def case_of(body: str, *, id: CaseId, version: int, promises: tuple[Promise, ...]) -> Case:  # noqa: A002 (the field)
    """Return the case that was stored."""
    return _CASE.load(body, id=id, version=version, promises=promises)


def promise_row(promise: Promise) -> dict[str, Value]:
    """Return the columns of a promise; what one in its state does not have is None."""
    return {
        "scheme": promise.target.scheme,
        "kind": promise.target.milestone,
        "state": _STATES[type(promise)],
        "target": _written(promise.target),
        **{column: getattr(promise, column, None) for column in _CLOCK},
    }


def promise_of(row: RowMapping) -> Promise:
    """Return the promise that was stored."""
    kind = _KINDS.get(row["state"])
    if kind is None:
        raise StoreError(f"a stored promise is {row['state']}, which this program does not know")
    clock = {column: row[column] for column in _CLOCK if row[column] is not None}
    return kind(target=_target(row["target"]), **clock)


@lru_cache(maxsize=1024)
def _written(target: Target) -> str:
    return _TARGET.dump(target)


@lru_cache(maxsize=4096)
def _target(body: str) -> Target:
    """What is promised is the same for many cases."""
    return _TARGET.load(body)
