"""What becomes of an alert on each channel is part of the case (S1 A2 7.2, 8.2)."""

from dataclasses import replace
from datetime import timedelta

from bot.cases.model import FactKind
from bot.core.people import PersonId, Place, Role
from bot.jobs.delivery import PATIENCE
from bot.ports import MAIL, Unit
from bot.services.wake import fire_due
from tests.scenario.conftest import NewWorld
from tests.scenario.world import LOCAL, THREADED, Setting, World, demo

OWNER, LEAD, MANAGER = "lin-xiaobei", "zhou-lan", "xu-zhiyuan"
OWNERS_MAIL = "lin.xiaobei@example.com"
DOWN = "核心数据库无法启动，全校业务停了"


def outcomes(world: World, what: str) -> list[tuple[object, ...]]:
    """Whom an alert was for, by which channel, and what became of it."""
    return [
        (fact.data["to"], fact.data["channel"], fact.kind)
        for fact in world.outcomes()
        if fact.data["what"] == what
    ]


def cards(world: World) -> list[str]:
    return [line.text for line in world.in_group("engineers") if "负责人" in line.text]


def test_an_alert_is_recorded_on_each_of_its_channels(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")

    world.wait(minutes=30)

    assert outcomes(world, "rung") == [
        (OWNER, LOCAL, FactKind.ALERT_DELIVERED),
        (OWNER, MAIL, FactKind.ALERT_DELIVERED),
    ]
    [chat, mail] = [fact for fact in world.outcomes() if fact.data["what"] == "rung"]
    assert chat.data == {
        "to": OWNER,
        "what": "rung",
        "cause": "rung:engineer:1",
        "channel": LOCAL,
        "attempt": 1,
    }
    assert OWNERS_MAIL not in str(mail.data)


def test_staff_read_in_the_log_who_was_reached_and_customers_do_not(world: World) -> None:
    reported = world.say("qin-shuyao", DOWN, group="huayue")
    world.wait(minutes=30)

    world.command(OWNER, f"log {world.case().key}")
    world.say("qin-shuyao", "@bot log", group="huayue", thread=reported)

    assert "上报已送达 林小北（邮件）" in world.told(OWNER)[-1].text
    assert "送达" not in world.in_group("huayue")[-1].text


def test_a_refusing_channel_holds_back_no_other_and_the_card_says_whom_it_did_not_reach(
    world: World,
) -> None:
    world.unreachable.add(Place(MAIL, OWNERS_MAIL).lane)
    world.say("qin-shuyao", DOWN, group="huayue")

    world.wait(minutes=30)

    assert outcomes(world, "rung") == [
        (OWNER, LOCAL, FactKind.ALERT_DELIVERED),
        (OWNER, MAIL, FactKind.ALERT_UNDELIVERED),
    ]
    assert "未送达：林小北（邮件）" in cards(world)[-1]

    world.unreachable.clear()
    world.wait(minutes=30)
    assert "未送达" not in cards(world)[-1]


def test_the_card_of_a_case_that_reaches_everybody_is_drawn_as_often_as_before(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    versions = [line.versions for line in world.in_group("engineers")]

    assert versions == [1]
    assert world.case().version == 1


def test_a_late_press_after_an_alert_reached_somebody_still_acts(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    world.wait(minutes=30)

    world.press(OWNER, "接单")

    assert world.happened(FactKind.ACKNOWLEDGED)


def test_a_supervisor_who_says_noted_is_on_record_with_the_rung(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    world.wait(hours=1)

    world.press(MANAGER, "已知悉")

    [seen] = world.happened(FactKind.RUNG_SEEN)
    assert (seen.actor, seen.data["choice"]) == (MANAGER, "manager")


def test_what_is_tried_on_in_vain_is_recorded_once_and_its_late_arrival_too(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    world.clock.advance(timedelta(minutes=30))
    world.store.run(lambda unit: fire_due(unit, world.desk, limit=10))
    for attempt in range(1, 7):
        world.clock.advance(timedelta(minutes=1))
        world.store.run(lambda unit, attempt=attempt: fail(world, unit, attempt))  # type: ignore[misc] # no type on a default

    assert outcomes(world, "rung") == [(OWNER, MAIL, FactKind.ALERT_UNDELIVERED)]

    world.wait(minutes=1)
    assert (OWNER, MAIL, FactKind.ALERT_LATE) in outcomes(world, "rung")
    assert "未送达" not in cards(world)[-1]


def fail(world: World, unit: Unit, attempt: int) -> None:
    """Try to send mail, in vain; everything else stays where it is."""
    for each in unit.outbox.claim_sayings(owner="test", limit=50):
        if each.saying.place.platform == MAIL and attempt >= PATIENCE:
            world.ledger.late(unit, each)
        unit.outbox.later(each, at=unit.real_now, reason="away")


def test_whoever_stands_in_for_an_empty_rung_hears_once(new_world: NewWorld) -> None:
    directory = demo().directory
    manager = directory.people[PersonId(MANAGER)]
    people = {**directory.people, manager.id: replace(manager, roles=frozenset({Role.ENGINEER}))}
    configuration = replace(demo(), directory=replace(directory, people=people))
    world = new_world(setting=Setting(configuration, {LOCAL: THREADED}))
    world.say("qin-shuyao", DOWN, group="huayue")

    world.wait(hours=12)

    reached = [fact.data["choice"] for fact in world.happened(FactKind.RUNG_REACHED)]
    assert reached == ["engineer", "manager", "director", "vice_president"]
    told = [(fact.data["to"], fact.data["cause"]) for fact in world.outcomes() if fact.data["what"] == "rung"]
    assert [cause for to, cause in told if to == "helen-ward"] == ["rung:manager:1"] * 2
    assert ("jiang-muqing", "rung:vice_president:1") in told


def test_the_lead_hears_of_a_case_that_turns_out_to_be_urgent_once(world: World) -> None:
    world.say("oliver-grant", "The printer is broken", group="bluebay")
    number = world.case().key
    assert world.told(LEAD) == []

    world.command(OWNER, f"level {number} 2 影响变大", group="engineers")
    world.command(OWNER, f"level {number} 1 全院停诊", group="engineers")

    assert [line.text.splitlines()[0].split(" · ")[1] for line in world.told(LEAD)] == ["紧急工单"]
    assert len(world.mailed("zhou.lan@example.com")) == 1
