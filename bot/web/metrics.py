"""What Prometheus can watch: that nothing is stuck and nothing comes late."""

from prometheus_client import Gauge

from bot.ports import Unit
from bot.web.desk import WebDesk


class DeskMetrics:
    """Figures read from the store each time they are asked for."""

    def __init__(self, desk: WebDesk) -> None:
        self._desk = desk
        registry = desk.metrics
        self._parked = Gauge("casebell_inbox_parked", "Events an operator must look at", registry=registry)
        self._alarms = Gauge("casebell_alarms", "Alarms told to operators so far", registry=registry)
        self._busy = Gauge("casebell_outbox_waiting", "1 while something waits to be said", registry=registry)
        self._late = Gauge(
            "casebell_wake_late_seconds", "How long the earliest due case has been waiting", registry=registry
        )

    async def refresh(self) -> None:
        """Read the figures anew."""
        await self._desk.read(self._read)

    def _read(self, unit: Unit) -> None:
        wake = unit.cases.next_wake()
        self._parked.set(len(unit.inbox.parked()))
        self._alarms.set(len(unit.registry.alarms()))
        self._busy.set(0 if unit.outbox.idle() else 1)
        self._late.set(max(0.0, (unit.now - wake).total_seconds()) if wake else 0.0)
