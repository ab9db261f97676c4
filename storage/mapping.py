"""Values into rows and back: bodies as JSON through pydantic, promises as columns."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.cases.model import Case
from bot.core.errors import UnreadableError
from bot.core.message import Message
from bot.core.people import CaseId, Place
from bot.ports import Exchange, Saying, SentRef
from bot.sla.milestones import earliest
from bot.sla.promises import Met, Paused, Pending, Promise, Running
from bot.sla.terms import Target

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

    def load(self, body: str) -> T:
        """Return the value that was dumped.

        Raises:
            UnreadableError: this program cannot read it.
        """
        try:
            return self._adapter.validate_json(body)
        except ValidationError as error:
            fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
            raise UnreadableError(
                f"a stored {self._kind.__name__} cannot be read: {', '.join(fields)}"
            ) from None


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
CLOCK = ("received_at", "awaits_visit", "start_at", "held", "paused_at", "due_at", "met_at")


def case_row(case: Case) -> dict[str, Value]:
    """Return what a case is stored as, but for its id, version and promises."""
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
        "next_due_at": next_due_at(case.promises),
        "body": _CASE.dump(case, without=_NOT_IN_BODY),
    }


def days_in_body(days: str) -> str:
    """Return how a case's `days` stand in its body: nothing else there has that name."""
    return f'"days":{json.dumps(days)}'


def next_due_at(promises: Iterable[Promise]) -> datetime | None:
    """Return when the first of a case's promises falls due."""
    promise = earliest(promises)
    return None if promise is None else promise.due_at


def case_of(body: str, *, id: CaseId, version: int, promises: tuple[Promise, ...]) -> Case:  # noqa: A002 (the field)
    """Return the case that was stored."""
    case = _CASE.load(f'{body.removesuffix("}")},"id":{id},"version":{version},"promises":[]}}')
    object.__setattr__(case, "promises", promises)  # nobody has it yet, and copying takes as long as reading
    return case


def promise_row(promise: Promise) -> dict[str, Value]:
    """Return the columns of a promise; what one in its state does not have is None."""
    return {
        "scheme": promise.target.scheme,
        "kind": promise.target.milestone,
        "state": _STATES[type(promise)],
        "target": _written(promise.target),
        **{column: getattr(promise, column, None) for column in CLOCK},
    }


def promise_of(row: Sequence[Any]) -> Promise:
    """Return the promise that was stored as state and target, followed by the columns of `CLOCK`."""
    state, target, *clock = row
    kind = _KINDS.get(state)
    if kind is None:
        raise UnreadableError(f"a stored promise is {state}, which this program does not know")
    known = {name: value for name, value in zip(CLOCK, clock, strict=True) if value is not None}
    return kind(target=_target(target), **known)


@lru_cache(maxsize=1024)
def _written(target: Target) -> str:
    return _TARGET.dump(target)


@lru_cache(maxsize=4096)
def _target(body: str) -> Target:
    """What is promised is the same for many cases."""
    return _TARGET.load(body)
