"""How late clocks fire: two replicas on one database, from when each is due to when it is committed."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles

from pydantic import SecretStr
from sqlalchemy import create_engine, text

from bench._databases import execute
from bench._desk import CUSTOMER, GROUPS, TROUBLE
from bot.cases.model import CaseType, Reporter
from bot.core.clock import SystemClock
from bot.core.people import LOCAL, ContractId, CustomerId, Language, Level, PersonId, Place
from bot.logs import start_logs
from bot.main import App, Role, build, serve
from bot.services.cases import Opening, open_case
from bot.settings import DemoSettings
from storage import SqlStore
from storage.database import parse

REPLICAS = 2
PACE = 20
"""Clocks a second."""

DUE_SOON = timedelta(minutes=45)
"""When the owner of a fresh case hears that the promised hour is nearly over."""

TO_PREPARE, TO_OPEN, TO_FIRE = timedelta(seconds=20), timedelta(seconds=0.1), timedelta(minutes=1)
"""For the replicas to start, for a case to be opened and told to everybody, and for the last to fire."""

LOOK = timedelta(seconds=2)

WATCH = (
    "CREATE TABLE committed (case_id bigint, tx bigint, at bigint)",
    """CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO committed
       VALUES (NEW.case_id, txid_current(), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
       RETURN NULL; END $$""",
    """CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON fact DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW WHEN (NEW.kind = 'due_soon') EXECUTE FUNCTION note_commit()""",
)
"""Writes down the time at the very end of the transaction that stores a fact, before it is flushed."""

FOUND = """SELECT (min(committed.at) - min(fact.said_at)) / 1000.0, count(DISTINCT committed.tx)
    FROM fact JOIN committed USING (case_id) WHERE fact.kind = 'due_soon' GROUP BY case_id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Milliseconds from due to committed; cases that fired in two transactions, and in none."""

    p50_ms: float
    p90_ms: float
    p99_ms: float
    latest_ms: float
    twice: int
    lost: int


def measure_late(url: str, configuration: Path, *, clocks: int) -> Late:
    """Open cases that will be due one after the other, and let two processes wake them."""
    asyncio.run(_open(url, configuration, clocks, SystemClock().now() + TO_PREPARE + clocks * TO_OPEN))
    execute(url, *WATCH)
    with _replicas(url, configuration):
        asyncio.run(_until_fired(url, clocks))
    engine = create_engine(parse(url))
    with engine.connect() as connection:
        found = [(float(late), int(times)) for late, times in connection.execute(text(FOUND))]
    engine.dispose()
    late_ms = sorted(late for late, _ in found)
    hundredths = quantiles(late_ms, n=100, method="inclusive")
    return Late(
        p50_ms=hundredths[49],
        p90_ms=hundredths[89],
        p99_ms=hundredths[98],
        latest_ms=late_ms[-1],
        twice=sum(times > 1 for _, times in found),
        lost=clocks - len(found),
    )


async def _open(url: str, configuration: Path, clocks: int, first: datetime) -> None:
    """Open cases whose clocks fire from `first` on, and say all there is to say about them before."""
    with _built(url, configuration) as app:
        async with app.running(roles=()):
            store = SqlStore.open(url, clock=SystemClock(), demo=True)
            for number in range(clocks):
                received_at = first + number * timedelta(seconds=1 / PACE) - DUE_SOON
                store.run(partial(open_case, desk=app.desk, opening=_opening(number, received_at)))
            store.close()
            await app.crew.delivery.drain()


def _opening(number: int, received_at: datetime) -> Opening:
    return Opening(
        reporter=Reporter(person=PersonId(CUSTOMER), name=CUSTOMER),
        place=Place(LOCAL, f"g:g{number % GROUPS}", f"late{number}"),
        language=Language.ZH,
        customer=CustomerId("huayue"),
        contract=ContractId("huayue-campus"),
        type=CaseType.FAULT,
        level=Level.MINOR,
        text=TROUBLE,
        received_at=received_at,
        by=PersonId(CUSTOMER),
    )


async def _until_fired(url: str, clocks: int) -> None:
    """Wait for the last clock; on a machine that is busy with other things, a while longer."""
    engine = create_engine(parse(url))
    with engine.connect() as connection:
        opened_at = connection.execute(text("SELECT max(opened_at) FROM case_")).scalar_one()
    due_at = datetime.fromtimestamp(opened_at / 1e6, tz=SystemClock().now().tzinfo) + DUE_SOON
    fired = 0
    while fired < clocks and SystemClock().now() < due_at + TO_FIRE:
        await asyncio.sleep(LOOK.total_seconds())
        with engine.connect() as connection:
            fired = connection.execute(text("SELECT count(DISTINCT case_id) FROM committed")).scalar_one()
    engine.dispose()
    await asyncio.sleep(LOOK.total_seconds())  # for what would fire twice


@contextmanager
def _replicas(url: str, configuration: Path) -> Iterator[None]:
    workers = [get_context("spawn").Process(target=_work, args=(url, configuration)) for _ in range(REPLICAS)]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _work(url: str, configuration: Path) -> None:
    """Do what `casebell worker` does, on the demo's chat."""
    start_logs(readable=True, level=50)
    with _built(url, configuration) as app:
        gc.freeze()
        asyncio.run(serve(app, {Role.WORKER}, None, ready=lambda: None))


@contextmanager
def _built(url: str, configuration: Path) -> Iterator[App]:
    with build(DemoSettings(database_url=SecretStr(url), config=configuration)) as app:
        yield app
