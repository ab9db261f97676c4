"""Running promises, found in the columns of their own table."""

import json

from sqlalchemy import ColumnElement, and_, distinct, func, literal_column, or_, select

from bot.cases.model import WORKING
from bot.core.people import CaseKey
from bot.ports import Counted, Spans
from bot.sla.promises import Running
from bot.sla.terms import Target
from storage.mapping import Json
from storage.tables import CaseRow, MilestoneRow, table
from storage.transaction import Transaction

CASES = table(CaseRow)
MILESTONES = table(MilestoneRow)
RUNNING: ColumnElement[str] = literal_column("'running'")

_WORKED_ON = CASES.c.status.in_([literal_column(f"'{status}'") for status in WORKING])
_JOINED = MILESTONES.join(CASES, CASES.c.id == MILESTONES.c.case_id)
_COLUMNS = (CASES.c.key, MILESTONES.c.target, MILESTONES.c.start_at, MILESTONES.c.held, MILESTONES.c.due_at)
_TARGET = Json(Target)


class SqlPromises:
    """Implements bot.ports.Promises."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def touching(self, spans: Spans, *, limit: int, offset: int = 0) -> tuple[tuple[CaseKey, Running], ...]:
        """Return promises that count on one of the calendars within its span, due soonest first."""
        if not spans:
            return ()
        query = (
            select(*_COLUMNS)
            .select_from(_JOINED)
            .where(_touches(spans))
            .order_by(MILESTONES.c.due_at, MILESTONES.c.case_id, MILESTONES.c.position)
        )
        rows = self._connection.execute(query.limit(limit).offset(offset))
        return tuple(
            (
                CaseKey(row.key),
                Running(
                    target=_TARGET.load(row.target), start_at=row.start_at, held=row.held, due_at=row.due_at
                ),
            )
            for row in rows
        )

    def count_touching(self, spans: Spans) -> Counted:
        """Return how many promises, of how many cases, `touching` finds."""
        if not spans:
            return Counted(cases=0, promises=0)
        counts = select(func.count(distinct(MILESTONES.c.case_id)).label("cases"), func.count().label("all"))
        row = self._connection.execute(counts.select_from(_JOINED).where(_touches(spans))).mappings().one()
        return Counted(cases=row["cases"], promises=row["all"])


def _touches(spans: Spans) -> ColumnElement[bool]:
    """Restrict to promises that touch a span; the earliest of all is what the index is asked for."""
    touches = (
        and_(
            MILESTONES.c.target.contains(f'"calendar":{json.dumps(name)}', autoescape=True),
            MILESTONES.c.due_at >= first,
            MILESTONES.c.start_at < last,
        )
        for name, (first, last) in spans.items()
    )
    earliest = min(first for first, _ in spans.values())
    return and_(MILESTONES.c.state == RUNNING, MILESTONES.c.due_at >= earliest, _WORKED_ON, or_(*touches))
