"""What people decide otherwise than it was read is put before a person, and learned if they accept it."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cases.facts import FactKind
from bot.configuration import load_understanding
from bot.core.people import Level
from bot.triage.reading import Intent
from storage import SqlStore, migrate
from tests.scenario.conftest import NewWorld
from tests.scenario.world import World, demo

PRINTER = "教务处打印机坏了，其他部门正常，联系电话 13812345678，秦书瑶"
OUTAGE = "现在全校都登不上系统，业务全停了"


@dataclass
class Office:
    """A world whose database the command line reads too."""

    world: World
    config: Path
    url: str

    def run(self, *arguments: str, code: int = 0) -> str:
        env = {"CASEBELL_CONFIG": str(self.config), "DATABASE_URL": self.url, "COLUMNS": "200"}
        done = CliRunner().invoke(app, ["triage", *arguments], env=env)
        assert done.exit_code == code, done.output
        return done.output

    def listed(self, *options: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.run("candidates", "--json", *options).splitlines()]

    @property
    def examples(self) -> list[dict[str, object]]:
        file = self.config / "triage" / "examples.jsonl"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []


@pytest.fixture
def office(new_world: NewWorld, tmp_path: Path) -> Office:
    shutil.copytree(demo().folder, tmp_path / "config")
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    migrate(url)
    world = new_world()
    world.store.close()
    world.store = SqlStore.open(url, clock=world.clock, demo=False, own_clock=True)
    return Office(world, tmp_path / "config", url)


def overridden(office: Office, text: str = PRINTER, level: str = "2 全校都在等这台打印机") -> str:
    office.world.say("qin-shuyao", text, group="huayue")
    case = office.world.case()
    office.world.command("lin-xiaobei", f"level {case.key} {level}")
    seq = next(each.seq for each in office.world.history(case) if each.fact.kind is FactKind.LEVELLED)
    return f"{case.key}/{seq}"


def test_a_level_that_an_engineer_overrides_is_listed_without_the_customers_data(office: Office) -> None:
    overridden(office)

    (found,) = office.listed()
    assert (found["why"], found["review"]) == ("override", None)
    assert found["read"] == {
        "intent": "fault",
        "level": 3,
        "confidence": found["read"]["confidence"],  # type: ignore[index] # JSON
        "rules": found["read"]["rules"],  # type: ignore[index] # JSON
    }
    assert found["decided"] == {"intent": "fault", "level": 2, "by": "lin-xiaobei"}
    assert "打印机坏了" in str(found["text"])
    assert not any(private in str(found["text"]) for private in ("13812345678", "秦书瑶"))
    assert "打印机坏了" in office.run("candidates")


def test_what_the_customer_answered_or_an_engineer_confirmed_is_no_candidate(office: Office) -> None:
    world = office.world
    world.say("qin-shuyao", "生产系统打不开了", group="huayue")
    world.press("qin-shuyao", "完全停了")
    world.say("qin-shuyao", f"新问题：{PRINTER}", group="huayue")
    world.command("lin-xiaobei", f"level {world.case().key} 2 先看看")
    world.command("lin-xiaobei", f"level {world.case().key} 3 还是一般")

    assert office.listed() == []


def test_a_case_reopened_as_worse_is_listed_with_the_words_that_reopened_it(office: Office) -> None:
    world = office.world
    thread = world.say("qin-shuyao", PRINTER, group="huayue")
    world.command("lin-xiaobei", f"solve {world.case().key} 换了电源")
    world.say("qin-shuyao", "还是不行，这次整栋楼都打不了", group="huayue", thread=thread)
    world.command("lin-xiaobei", f"level {world.case().key} 2 整栋楼")

    (found,) = office.listed()
    assert (found["why"], found["decided"]) == (
        "reopened_worse",
        {"intent": "fault", "level": 2, "by": "lin-xiaobei"},
    )
    assert "整栋楼" in str(found["text"])


def test_a_level_lowered_after_a_case_came_back_is_no_worse_one_when_it_comes_back_again(
    office: Office,
) -> None:
    world = office.world
    thread = world.say("qin-shuyao", PRINTER, group="huayue")
    for again in ("还是不行，这次整栋楼都打不了", "还是不行"):
        world.command("lin-xiaobei", f"solve {world.case().key} 换了电源")
        world.say("qin-shuyao", again, group="huayue", thread=thread)
        if world.case().level is Level.MINOR:
            world.command("lin-xiaobei", f"level {world.case().key} 4 只是一点小毛病")

    assert office.listed() == []


def test_a_file_of_examples_that_cannot_be_read_is_named_and_nothing_is_reviewed(office: Office) -> None:
    id_ = overridden(office)
    file = office.config / "triage" / "examples.jsonl"
    file.parent.mkdir(exist_ok=True)
    file.write_text('{"text": \n', encoding="utf-8")

    refused = office.run("review", id_, "accepted", "--by", "zhou-lan", code=2)

    assert "examples.jsonl:1" in "".join(refused.split())
    file.unlink()
    assert [found["review"] for found in office.listed()] == [None]


def test_not_a_case_is_one_press_while_nobody_has_answered_and_is_listed_without_a_label(
    office: Office,
) -> None:
    world = office.world
    world.say("qin-shuyao", PRINTER, group="huayue")

    world.press("lin-xiaobei", "不是工单")

    assert world.happened(FactKind.CANCELLED)[0].data["choice"] == "not_a_case"
    (found,) = office.listed()
    assert (found["why"], found["decided"]) == (
        "not_a_case",
        {"intent": None, "level": None, "by": "lin-xiaobei"},
    )
    assert "say --intent" in _one_line(
        office.run("review", str(found["id"]), "accepted", "--by", "zhou-lan", code=2)
    )
    office.run("review", str(found["id"]), "accepted", "--by", "zhou-lan", "--intent", "chit_chat")
    assert [(each["intent"], each["level"]) for each in office.examples] == [("chit_chat", None)]


def test_what_is_urgent_is_not_thrown_away_by_a_press(world: World) -> None:
    world.say("qin-shuyao", OUTAGE, group="huayue")

    assert world.case().level is Level.CRITICAL
    assert "不是工单" not in [button.label for line in world.in_group("engineers") for button in line.buttons]


def test_what_is_accepted_is_an_example_once_and_on_record_with_who_said_so(office: Office) -> None:
    id_ = overridden(office)

    office.run("review", id_, "accepted", "--by", "zhou-lan")

    (example,) = office.examples
    assert (example["intent"], example["level"], example["from"]) == ("fault", 2, id_)
    record = office.world.happened(FactKind.READING_REVIEWED)[0]
    assert (record.actor, record.data["choice"], record.data["level"]) == ("zhou-lan", "accepted", 2)
    assert office.listed() == []
    assert [each["review"] for each in office.listed("--all")] == ["accepted"]
    told = office.run("review", id_, "accepted", "--by", "zhou-lan", code=2)
    assert "looked through already" in _one_line(told)
    assert len(office.examples) == 1
    read = load_understanding(office.config).understand(str(example["text"]))
    assert (read.intent, read.level) == (Intent.FAULT, Level.SEVERE)


def test_what_is_refused_is_learned_by_nobody(office: Office) -> None:
    id_ = overridden(office)

    office.run("review", id_, "refused", "--by", "zhou-lan")

    assert (office.examples, office.listed()) == ([], [])
    assert office.world.happened(FactKind.READING_REVIEWED)[0].data["choice"] == "refused"


@pytest.mark.parametrize("by", ["qin-shuyao", "nobody"])
def test_only_staff_review(office: Office, by: str) -> None:
    id_ = overridden(office)

    assert "nobody of the staff" in _one_line(office.run("review", id_, "accepted", "--by", by, code=2))


def test_a_candidate_that_there_is_not_is_named(office: Office) -> None:
    told = office.run("review", "C-20261120-0001/9", "refused", "--by", "zhou-lan", code=2)
    assert "there is no candidate" in _one_line(told)


def test_a_review_moves_no_card_and_makes_no_button_late(office: Office) -> None:
    id_ = overridden(office)
    version = office.world.case().version

    office.run("review", id_, "refused", "--by", "zhou-lan")

    assert office.world.case().version == version
    office.world.press("lin-xiaobei", "接单")
    assert office.world.happened(FactKind.ACKNOWLEDGED)


def test_what_was_understood_and_what_people_made_of_it_is_counted(office: Office) -> None:
    world = office.world
    id_ = overridden(office)
    office.run("review", id_, "refused", "--by", "zhou-lan")
    world.say("qin-shuyao", "新问题：生产系统打不开了", group="huayue")
    world.press("qin-shuyao", "完全停了")
    world.say("oliver-grant", "There is a fire in the server room", group="bluebay")
    world.say("qin-shuyao", "我要投诉，你们工程师态度太差了", group="huayue")

    period = ("--from", "2026-11-20", "--to", "2026-11-20")
    rows = json.loads(office.run("figures", "--json", *period))
    found = {(each["what"], each["kind"]): each["cases"] for each in rows}

    assert found["opened", "all"] == len(world.cases())
    assert found["level", "raised by staff"] == 1
    assert found["provisional", "answered"] == 1
    assert found["emergency", "fire"] == 1
    assert found["complaint", "attitude"] == 1
    assert found["candidate", "refused"] == 1
    assert "emergency" in office.run("figures", *period)
    assert json.loads(office.run("figures", "--json", "--from", "2026-11-01", "--to", "2026-11-19")) == []


def _one_line(output: str) -> str:
    return " ".join(output.split())
