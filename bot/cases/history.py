"""What happened to a case since it stood at some version."""

from collections.abc import Sequence

from bot.cases.facts import OUTCOMES, QUIET, Datum, Fact, FactKind, Recorded
from bot.cases.model import SYSTEM, Case

DECIDED = frozenset(FactKind) - {
    FactKind.CUSTOMER_WROTE,
    FactKind.STAFF_WROTE,
    FactKind.EDITED,
    FactKind.DELETED,
    FactKind.LEVEL_DISPUTED,
    FactKind.READING_REVIEWED,
    FactKind.REPLIED,
    FactKind.REPLY_HELD,
    FactKind.REPLY_TAKEN_BACK,
    FactKind.CALLED,
    FactKind.NOTED_INTERNALLY,
    FactKind.FIELD_SET,
    FactKind.REMINDED,
    FactKind.ENGINEER_OVERDUE,
    FactKind.RUNG_REACHED,
    FactKind.RUNG_REPEATED,
    FactKind.DUE_SOON,
    FactKind.ALARMED,
    FactKind.BREACHED,
    FactKind.BREACH_CORRECTED,
    FactKind.CLOSING_NOTICE,
    FactKind.RECOUNTED,
    *OUTCOMES,
}
"""What makes a button older than it too late: somebody decided something. Words and clocks do not."""


def since(case: Case, version: int, recorded: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """Return what happened to a case after it stood at `version`.

    Facts do not name versions, but every version after the first recorded one fact at least, all at one
    instant. Counted from both ends this gives all that is newer, and rarely something older. What made no
    version is no news.
    """
    recorded = [each for each in recorded if each.fact.kind not in QUIET]
    steps, instants = case.version - version, sorted({each.fact.at for each in recorded})
    if steps <= 0 or not instants:
        return ()
    at_least, earliest = _opening(recorded) + version - 1, instants[-min(steps, len(instants))]
    return tuple(each for each in recorded[at_least:] if each.fact.at >= earliest)


def between(case: Case, before: int, after: int, recorded: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """Return what happened to a case from one version to another."""
    later = since(case, after, recorded)
    return tuple(each for each in since(case, before, recorded) if each not in later)


def news(recorded: Sequence[Recorded]) -> tuple[Fact, ...]:
    """Return what happened, without what became of alerts about it."""
    return tuple(each.fact for each in recorded if each.fact.kind not in OUTCOMES)


def unreached(recorded: Sequence[Recorded]) -> tuple[Fact, ...]:
    """Return the alerts of this round that could not be delivered: the last of each person and channel."""
    last: dict[tuple[Datum, Datum], Fact] = {}
    for each in recorded:
        if each.fact.kind is FactKind.REOPENED:
            last.clear()
        elif each.fact.kind in OUTCOMES:
            last[each.fact.data["to"], each.fact.data["channel"]] = each.fact
    return tuple(fact for fact in last.values() if fact.kind is FactKind.ALERT_UNDELIVERED)


def _opening(recorded: Sequence[Recorded]) -> int:
    """Return how many facts the opening recorded: itself, and to whom we gave the case."""
    second = recorded[1].fact if len(recorded) > 1 else None
    given = second is not None and second.kind is FactKind.ASSIGNED and second.actor == SYSTEM
    return 2 if given else 1
