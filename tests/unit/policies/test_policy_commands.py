"""`casebell policy`: what would move is shown first, and moves when the operator says so."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cases.facts import Fact, FactKind
from bot.cases.model import Case, CaseType, Reporter
from bot.configuration import load_configuration
from bot.core.clock import FixedClock
from bot.core.people import ContractId, CustomerId, Language, Level, PersonId, Place, PlatformName
from bot.ports import CaseQuery, Saying, SentRef, Unit
from bot.services.cases import Opening, open_case
from bot.services.desk import Desk
from bot.upkeep import out
from storage import SqlStore, migrate
from tests.contract.desk import START
from tests.unit.directory.files import DEMO

Run = Callable[..., str]
MUCH_LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""Commands run on real time, what they say is due by now."""

NETWORK, CAMPUS = ContractId("chengjiang-network"), ContractId("huayue-campus")
CUSTOMERS = {NETWORK: CustomerId("chengjiang"), CAMPUS: CustomerId("huayue")}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(DEMO.parent, folder)
    return folder


@pytest.fixture
def url(tmp_path: Path, config: Path) -> str:
    """A desk with one open case of each of two contracts, opened under the shipped policies."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    migrate(url)
    configuration = load_configuration(config)
    store = SqlStore.open(url, clock=FixedClock(START), demo=False, own_clock=True)
    store.run(configuration.keep)
    for contract in CUSTOMERS:
        store.run(partial(_open, desk=configuration.desk({}), contract=contract))
    store.close()
    return url


@pytest.fixture
def run(config: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    env = {"CASEBELL_CONFIG": str(config), "DATABASE_URL": url}
    monkeypatch.setattr(out, "_width", 120)

    def ran(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["policy", *arguments], env=env)
        assert done.exit_code == code, done.output
        return done.output.strip()

    return ran


@pytest.fixture
def corrected(config: Path, url: str) -> None:
    """Level 1 is to be fixed within 12 hours instead of 24."""
    shipped = files("bot.sla").joinpath("policies", "s0_fault5.toml").read_text(encoding="utf-8")
    (config / "policies").mkdir(exist_ok=True)
    (config / "policies" / "s0_fault5.toml").write_text(
        shipped.replace('max = "24 hours"', 'max = "12 hours"'), encoding="utf-8"
    )


def _open(unit: Unit, desk: Desk, contract: ContractId) -> Case:
    opening = Opening(
        reporter=Reporter(person=PersonId("qin-shuyao"), name="秦书瑶"),
        place=Place(PlatformName("local"), "g:huayue", "1"),
        language=Language.ZH,
        customer=CUSTOMERS[contract],
        contract=contract,
        type=CaseType.FAULT,
        level=Level.CRITICAL,
        text="…",
        received_at=unit.now,
        by=PersonId("qin-shuyao"),
    )
    return open_case(unit, desk, opening)


def _cases(url: str) -> dict[ContractId | None, tuple[Case, list[Fact]]]:
    store = SqlStore.open(url, clock=FixedClock(START), demo=False, own_clock=True)

    def read(unit: Unit) -> dict[ContractId | None, tuple[Case, list[Fact]]]:
        cases = unit.cases.select(CaseQuery())
        return {case.contract: (case, [each.fact for each in unit.facts.of(case.id)]) for case in cases}

    found = store.read(read)
    store.close()
    return found


def _said(url: str) -> list[Saying]:
    """Let everything be said that waits, and return what went to the desk's chat."""
    store = SqlStore.open(url, clock=FixedClock(MUCH_LATER), demo=False, own_clock=True)
    said: list[Saying] = []
    while leaving := store.run(_said_now):
        said += leaving
    store.close()
    return [each for each in said if each.place.platform == "local"]


def _said_now(unit: Unit) -> list[Saying]:
    claimed = unit.outbox.claim_sayings(owner="test", limit=100)
    for each in claimed:
        unit.outbox.sent(each, SentRef(place=each.saying.place, ref=f"{each.id}"))
    return [each.saying for each in claimed]


def test_where_nothing_changed_nothing_moves(run: Run) -> None:
    assert run("preview") == "Open cases under other policies or terms: 0, with other deadlines: 0."


@pytest.mark.usefixtures("corrected")
def test_the_preview_lists_every_deadline_that_would_move_and_moves_none(run: Run, url: str) -> None:
    before = _cases(url)

    shown = run("preview")

    assert "s0_fault5 fix" in shown
    assert "2026-11-21 11:00" in shown
    assert "2026-11-20 23:00" in shown
    assert "S0 §4.4.1" in shown
    assert shown.endswith("Open cases under other policies or terms: 2, with other deadlines: 1.")
    assert _cases(url) == before


@pytest.mark.usefixtures("corrected")
def test_a_moved_case_records_both_times_and_keeps_its_policies(run: Run, url: str, config: Path) -> None:
    before = _cases(url)

    assert run("move", "--contract", NETWORK).endswith("Moved: 1.")

    case, facts = _cases(url)[NETWORK]
    assert case.edition == load_configuration(config).book.edition
    assert [fact.kind for fact in facts][-1] is FactKind.EDITION_MOVED
    assert facts[-1].data["before:s0_fault5:fix"] == "2026-11-21T03:00:00+00:00"
    assert facts[-1].data["after:s0_fault5:fix"] == "2026-11-20T15:00:00+00:00"
    assert _cases(url)[CAMPUS] == before[CAMPUS]
    assert run("move").endswith("Moved: 1.")
    assert "policies or terms: 0," in run("preview")


@pytest.mark.usefixtures("corrected")
def test_those_concerned_are_told_once_the_desk_runs_again(run: Run, url: str) -> None:
    _said(url)

    run("move")

    told = _said(url)
    assert [(each.place.conversation, each.message.title[0]) for each in told] == [
        ("dm:lin-xiaobei", "C-20261120-0001 · 时限有变 · 一级 · 重大的系统故障"),
        ("g:huayue", "C-20261120-0001 · 时限有变"),
    ]


def test_terms_of_the_contract_as_it_is_today_move_too(run: Run, url: str, config: Path) -> None:
    directory = config / "directory.yaml"
    text = directory.read_text(encoding="utf-8")
    directory.write_text(text.replace("site_allowance_hours: 2", "site_allowance_hours: 5"), encoding="utf-8")

    assert run("move").endswith("Moved: 1.")

    (fix,) = _cases(url)[NETWORK][0].promises
    assert "due_at=datetime.datetime(2026, 11, 21, 6, 0" in repr(fix)


def test_an_unknown_contract_is_one_clear_line(run: Run) -> None:
    assert run("preview", "--contract", "gold", code=2) == "casebell: the directory has no contract gold"
