"""By which channels somebody is alerted, and when nobody is (S1 A2 8.2, C37)."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.cases.facts import FactKind
from bot.core.people import MAIL, ContractId, Level, PersonId, PlatformName
from bot.directory.model import AlertKind, AlertWay, Hours
from tests.scenario.conftest import NewWorld
from tests.scenario.world import LOCAL, THREADED, Setting, World, demo

LEAD, OWNER = "zhou-lan", "lin-xiaobei"
SMS = PlatformName("sms")
NIGHT = Hours(time(22), time(7))
ALL = frozenset(AlertKind)
EVERY_LEVEL = frozenset(Level)
DOWN = "核心数据库无法启动，全校业务停了"
EVENING = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
"""Friday 21:30 in Shanghai, half an hour before the lead's quiet hours."""


def setting(*alerts: AlertWay, who: str = LEAD, quiet: Hours | None = None, waits: bool = True) -> Setting:
    """The demo's desk; somebody is alerted by these ways, the university's contract keeps service hours."""
    directory = demo().directory
    person = replace(directory.people[PersonId(who)], alerts=alerts, quiet_hours=quiet)
    campus = replace(directory.contracts[ContractId("huayue-campus")], alerts_in_service_hours=waits)
    changed = replace(
        directory,
        people={**directory.people, person.id: person},
        contracts={**directory.contracts, campus.id: campus},
    )
    return Setting(replace(demo(), directory=changed), {LOCAL: THREADED})


def way(
    by: PlatformName = SMS, *, about: frozenset[AlertKind] = ALL, levels: frozenset[Level] = EVERY_LEVEL
) -> AlertWay:
    return AlertWay(by=by, to="+8613800000000", about=about, levels=levels)


def texted(world: World) -> list[str]:
    return [line.text.splitlines()[0] for line in world.mails if line.place.platform == SMS]


def test_somebody_is_alerted_by_every_channel_of_theirs_at_the_same_instant(new_world: NewWorld) -> None:
    world = new_world(setting=setting(way(), replace(way(MAIL), to="zhou.lan@example.com")))

    world.say("qin-shuyao", DOWN, group="huayue")

    assert len(world.told(LEAD)) == len(texted(world)) == len(world.mailed("zhou.lan@example.com")) == 1
    channels = [fact.data["channel"] for fact in world.outcomes() if fact.data["to"] == LEAD]
    assert channels == [LOCAL, SMS, MAIL]


@pytest.mark.parametrize(
    ("chosen", "reached"),
    [
        (way(about=frozenset({AlertKind.ESCALATION})), 0),
        (way(about=frozenset({AlertKind.CASE})), 1),
        (way(levels=frozenset({Level.SEVERE})), 0),
        (way(levels=frozenset({Level.CRITICAL})), 1),
    ],
)
def test_a_channel_takes_what_its_person_wants_by_it(
    new_world: NewWorld, chosen: AlertWay, reached: int
) -> None:
    world = new_world(setting=setting(chosen))

    world.say("qin-shuyao", DOWN, group="huayue")

    assert len(texted(world)) == reached
    assert len(world.told(LEAD)) == 1


def test_who_has_no_chat_is_alerted_by_the_other_channel_all_the_same(new_world: NewWorld) -> None:
    there = setting(way())
    people = there.configuration.directory.people
    lead = replace(people[PersonId(LEAD)], ids={})
    directory = replace(there.configuration.directory, people={**people, lead.id: lead})
    world = new_world(setting=replace(there, configuration=replace(there.configuration, directory=directory)))

    world.say("qin-shuyao", DOWN, group="huayue")

    assert len(texted(world)) == 1


def printer(world: World) -> None:
    """Open a case of level 4, whose promised fix a quarter of an hour later is over in the night."""
    world.say("qin-shuyao", "打印机坏了，只有我一个人", group="huayue")
    assert world.case().level > Level.SEVERE


def test_a_breach_in_the_night_is_told_in_the_morning(new_world: NewWorld) -> None:
    world = new_world(start=EVENING, setting=setting(way(), quiet=NIGHT))
    printer(world)

    world.wait(hours=9)
    [breach, *_] = world.happened(FactKind.BREACHED)
    assert 14 <= breach.said_at.hour <= 22
    assert not [line for line in world.told(LEAD) if line.at > breach.said_at]

    world.wait(hours=1)
    first = next(line for line in world.told(LEAD) if line.at > breach.said_at)
    assert (first.at.hour, first.at.minute) == (23, 0)
    assert len(texted(world)) >= 1


def test_a_contract_around_the_clock_forbids_quiet_hours(new_world: NewWorld) -> None:
    world = new_world(start=EVENING, setting=setting(way(), quiet=NIGHT, waits=False))
    printer(world)

    world.wait(hours=9)

    breach = world.happened(FactKind.BREACHED)[0]
    assert any(line.at == breach.said_at for line in world.told(LEAD))


def test_what_is_urgent_breaks_quiet_hours(new_world: NewWorld) -> None:
    world = new_world(start=EVENING, setting=setting(way(), quiet=NIGHT))
    world.wait(hours=2)

    world.say("qin-shuyao", DOWN, group="huayue")

    assert len(texted(world)) == len(world.told(LEAD)) == 1


def test_out_of_service_hours_a_new_case_reaches_chat_at_once_and_the_telephone_in_the_morning(
    new_world: NewWorld,
) -> None:
    world = new_world(start=EVENING, setting=setting(way(), who=OWNER))

    world.say("fang-min", "@bot 打印机偶尔脱机", group="chengjiang")

    assert world.case().owner == OWNER
    assert (len(world.told(OWNER)), texted(world)) == (1, [])
    world.wait(days=2, hours=12)
    assert f"{next(line for line in world.mails if line.place.platform == SMS).at:%a %H:%M}" == "Mon 01:00"


def test_what_is_solved_before_the_morning_wakes_nobody_and_is_on_record(new_world: NewWorld) -> None:
    world = new_world(start=EVENING, setting=setting(way(), who=OWNER))
    world.say("fang-min", "@bot 打印机偶尔脱机", group="chengjiang")

    world.command(OWNER, f"solve {world.case().key} 重启即可", group="engineers")
    world.wait(days=3)

    assert texted(world) == []
    overtaken = [fact for fact in world.outcomes() if fact.kind is FactKind.ALERT_OVERTAKEN]
    assert [(fact.data["to"], fact.data["channel"]) for fact in overtaken] == [(OWNER, SMS)]


def test_quiet_hours_end_on_the_clocks_of_the_desk() -> None:
    zone = demo().directory.desk.zone
    night = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    morning = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)

    assert NIGHT.end(night, zone) == NIGHT.end(morning.replace(minute=0, hour=22), zone) == morning
    assert NIGHT.end(morning, zone) == morning
    assert Hours(time(12), time(13)).end(datetime(2026, 11, 20, 4, 30, tzinfo=UTC), zone).hour == 5
