"""What Prometheus can watch: that nothing is stuck and nothing comes late."""

from datetime import datetime, timedelta

from prometheus_client import Gauge

from bot.core.clock import monotonic
from bot.ports import Unit
from bot.web.desk import WebDesk

PROVISIONAL_AGAIN = timedelta(minutes=1)
"""How old the number of provisional cases may be: it takes a look at up to a thousand of them."""


class DeskMetrics:
    """Figures read from the store each time they are asked for."""

    def __init__(self, desk: WebDesk) -> None:
        self._desk = desk
        self._look_again = 0.0
        registry = desk.metrics
        self._parked = Gauge("casebell_inbox_parked", "Events an operator must look at", registry=registry)
        self._alarms = Gauge("casebell_alarms", "Alarms told to operators so far", registry=registry)
        self._dead = Gauge("casebell_outbox_dead", "Messages refused for good", registry=registry)
        self._inbox = Gauge("casebell_inbox_waiting", "Events stored and not yet handled", registry=registry)
        self._age = Gauge(
            "casebell_outbox_oldest_seconds", "How long the oldest message has been due", registry=registry
        )
        self._busy = Gauge("casebell_outbox_waiting", "1 while something waits to be said", registry=registry)
        self._late = Gauge(
            "casebell_wake_late_seconds", "How long the earliest due case has been waiting", registry=registry
        )
        self._provisional = Gauge(
            "casebell_provisional_cases",
            "Open cases with a deadline beyond the announced holidays",
            registry=registry,
        )

    async def refresh(self) -> None:
        """Read the figures anew."""
        await self._desk.read(self._read)
        if monotonic() >= self._look_again:
            self._look_again = monotonic() + PROVISIONAL_AGAIN.total_seconds()
            self._provisional.set(len({each.case for each in await self._desk.provisional()}))

    def _read(self, unit: Unit) -> None:
        self._parked.set(len(unit.inbox.parked()))
        self._alarms.set(len(unit.registry.alarms()))
        self._busy.set(0 if unit.outbox.idle() else 1)
        self._dead.set(len(unit.outbox.given_up()))
        self._inbox.set(unit.inbox.waiting())
        self._age.set(_overdue(unit.now, unit.outbox.next_due()))
        self._late.set(_overdue(unit.now, unit.cases.next_wake()))


def _overdue(now: datetime, due: datetime | None) -> float:
    return max(0.0, (now - due).total_seconds()) if due else 0.0
