"""News that many cases have in common: whoever has several of them reads one message, not one a case."""

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cases.decision import Tell, To
from bot.cases.model import WORKING, Case
from bot.core.errors import UnreadableError
from bot.core.people import CaseId
from bot.ports import Saying, Unit
from bot.services.desk import Desk
from bot.services.tells import said, said_together

MOST_NAMED = 5
"""How many cases a message names, those that are due next; of the others it says how many they are."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told: a customer in one conversation and language, or a case's owner; `name` says which one."""

    to: To
    name: str


@dataclass(frozen=True, slots=True)
class News:
    """That one case has news for a reader, and when it is due."""

    reader: Reader
    due_at: datetime
    case: CaseId


def news_of(case: Case, audiences: Iterable[To], *, due_at: datetime) -> Iterator[News]:
    """Yield the news of a case for those whom it concerns."""
    for to in audiences:
        yield News(Reader(to, _NAMES[to](case)), due_at, case.id)


class Gathered:
    """News by reader; however many there are, only those that will be named are kept."""

    def __init__(self) -> None:
        self._named: dict[Reader, list[tuple[datetime, CaseId]]] = {}
        self._counts: Counter[Reader] = Counter()

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Everybody who is to be told, in the order in which news came."""
        return tuple(self._named)

    def add(self, news: Iterable[News]) -> None:
        """Take in more news."""
        for each in news:
            named = self._named.setdefault(each.reader, [])
            insort(named, (each.due_at, each.case))
            del named[MOST_NAMED:]
            self._counts[each.reader] += 1

    def tell(
        self, unit: Unit, desk: Desk, readers: Sequence[Reader], *, about: Mapping[To, str], cause: str
    ) -> None:
        """Tell some readers their news; `cause` makes telling them again for the same reason vanish.

        `about` names the template by audience. Who has news of one case is told as of any other.
        """
        cases = _readable(unit, {case for reader in readers for _, case in self._named[reader]})
        for reader in readers:
            told = (cases[id_] for _, id_ in self._named[reader] if id_ in cases)
            named = [case for case in told if _is_for(reader, case)]
            if named:
                unit.outbox.say(
                    *self._words(
                        unit, desk, reader, named, Tell(template=about[reader.to], to=reader.to), cause
                    )
                )

    def _words(
        self, unit: Unit, desk: Desk, reader: Reader, named: Sequence[Case], tell: Tell, cause: str
    ) -> Iterator[Saying]:
        count = self._counts[reader] - len(self._named[reader]) + len(named)
        words = (
            said(unit, desk, named[0], (tell,))
            if count == 1
            else said_together(unit, desk, named, tell, count=count)
        )
        return (replace(each, key=f"{cause}:{reader.to}:{reader.name}:{each.place.lane}") for each in words)


def _readable(unit: Unit, ids: AbstractSet[CaseId]) -> dict[CaseId, Case]:
    """Return the locked cases, but for those that this program cannot read: nobody can be told of them."""
    try:
        return {case.id: case for case in unit.cases.lock(sorted(ids))}
    except UnreadableError as error:
        if error.case not in ids:
            raise
        return _readable(unit, ids - {error.case})


def _is_for(reader: Reader, case: Case) -> bool:
    """Tell whether a case is still worked on, and still theirs."""
    return case.status in WORKING and _NAMES[reader.to](case) == reader.name


def _conversation(case: Case) -> str:
    return f"{case.place.lane}:{case.customer}:{case.language}"


def _owner(case: Case) -> str:
    return str(case.owner)


_NAMES: Mapping[To, Callable[[Case], str]] = {To.CUSTOMER: _conversation, To.OWNER: _owner}
