"""Which case words belong to: by the thread they stand in, else by what the same person said a while ago."""

from dataclasses import replace
from datetime import timedelta

from bot.access import sees
from bot.cases.model import Case
from bot.core.people import PersonId, Place
from bot.ports import CaseQuery, Exchange, Order, Unit
from bot.services.turn import JOIN_WINDOW, Turn

THREAD_WINDOW = timedelta(days=62)
"""The same in a thread: as long as a case may wait and be reopened."""


def case_of_words(turn: Turn, *, fresh: bool) -> Case | None:
    """Return the case that somebody's words belong to; a `fresh` matter outside a thread belongs to none.

    A thread is everybody's who reads it: below words that joined a case a colleague's join it as well. Words
    of somebody for whom the case does not exist belong to none, wherever they stand.
    """
    if turn.origin.place.thread is not None:
        case = _of_thread(turn, turn.origin.place)
    else:
        case = None if fresh else _joined_lately(turn)
    return _merged_into(turn.unit, case) if case and _is_theirs(turn, case) else None


def exchanged(turn: Turn) -> tuple[Exchange, ...]:
    """Return what passed between this person and the bot in this very thread, newest first."""
    return _in_thread(turn, turn.origin.place, turn.actor.person)


def case_of_thread(unit: Unit, thread: Place) -> Case | None:
    """Return the case a thread is about: the customer's own, or the one below the engineers' card."""
    found = unit.cases.select(CaseQuery(thread=thread, order=Order.NEWEST, limit=1))
    if found:
        return found[0]
    shown = unit.outbox.case_shown_at(thread)
    return unit.cases.get(shown) if shown else None


def case_of_message(turn: Turn) -> Case | None:
    """Return the case that a message said earlier belongs to: by its thread, its own, or as it was heard."""
    place, message = turn.origin.place, turn.origin.message
    thread = place if place.thread is not None else replace(place, thread=message)
    case = None if thread.thread is None else _of_thread(turn, thread)
    if case is None and message is not None:
        since = turn.origin.said_at - THREAD_WINDOW
        heard = turn.unit.exchanges.latest(place, turn.actor.person, since=since)
        case = _case_joined(turn.unit, tuple(each for each in heard if each.message == message))
    return _merged_into(turn.unit, case) if case and _is_theirs(turn, case) else None


def _is_theirs(turn: Turn, case: Case) -> bool:
    """Whether somebody may speak in a case; in one of nobody's customer, whoever is where it was opened."""
    nobodys = case.customer is None and case.place.lane == turn.origin.place.lane
    return nobodys or sees(turn.actor, case, turn.where)


def _of_thread(turn: Turn, thread: Place) -> Case | None:
    return case_of_thread(turn.unit, thread) or _case_joined(turn.unit, _in_thread(turn, thread, None))


def _joined_lately(turn: Turn) -> Case | None:
    """Where words start no threads, they belong to what the same person said last."""
    if turn.answer_place.thread is not None:
        return None
    since = turn.origin.said_at - JOIN_WINDOW
    return _case_joined(
        turn.unit, turn.unit.exchanges.latest(turn.origin.place, turn.actor.person, since=since)
    )


def _in_thread(turn: Turn, place: Place, person: PersonId | None) -> tuple[Exchange, ...]:
    latest = turn.unit.exchanges.latest(place, person, since=turn.origin.said_at - THREAD_WINDOW)
    return tuple(each for each in latest if each.place == place)


def _case_joined(unit: Unit, exchanges: tuple[Exchange, ...]) -> Case | None:
    """Return the case that the newest words which went into one went into."""
    key = next((each.case for each in exchanges if each.case), None)
    return unit.cases.get(key) if key else None


def _merged_into(unit: Unit, case: Case) -> Case:
    """Return the case that a merged one's matter lives on in; only live cases absorb, so the chain ends."""
    while case.merged_into is not None:
        case = unit.cases.get(case.merged_into)
    return case
