"""What clocks say on DingTalk goes by the robot's own calls: no stored webhook lives long enough for it."""

from bot.core.people import Role
from bot.directory.model import Person
from tests.e2e.dingtalk.conftest import FAULT, HUAYUE, Stage
from tests.e2e.office import DIRECTORY
from tests.fakes.dingtalk.oapi import WEBHOOK
from tests.fakes.dingtalk.robot import TO_GROUP, TO_PEOPLE
from tests.fakes.dingtalk.world import How

QIN = "qin-shuyao"


async def test_who_does_not_answer_is_reminded_and_replaced_and_the_manager_hears_of_it(stage: Stage) -> None:
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    await stage.told("lin-xiaobei", "交给您")
    await stage.at_rest()
    calls = dict(stage.dingtalk.ledger.calls)

    await stage.wait(minutes=30)
    await stage.told("lin-xiaobei", "请及时响应")

    await stage.wait(minutes=15)
    await stage.told("lin-xiaobei", "您不用再跟进")
    following = next_engineer(stage)
    changed = await stage.reads(HUAYUE, f"改由 {following.name} 负责处理")
    await stage.dingtalk.until(lambda: stage.people[following.id].told)
    assert changed.how is How.API

    await stage.wait(hours=4)
    await stage.told("xu-zhiyuan", "上报")

    now = stage.dingtalk.ledger.calls
    assert now[WEBHOOK] == calls[WEBHOOK]
    assert now[TO_GROUP] > calls[TO_GROUP]
    assert now[TO_PEOPLE] > calls[TO_PEOPLE]


async def test_after_two_hours_the_token_is_renewed_and_nobody_notices(stage: Stage) -> None:
    await stage.wait(hours=3)
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    await stage.told("lin-xiaobei", "交给您")
    await stage.at_rest()
    asked = stage.dingtalk.tokens.asked

    await stage.wait(hours=3)
    await stage.reads(HUAYUE, "改由")
    await stage.at_rest()

    assert stage.dingtalk.tokens.asked == asked + 1
    assert stage.alarms() == []


def next_engineer(stage: Stage) -> Person:
    """Return who comes after the customer's own engineer this week."""
    on_call = DIRECTORY.on_call(Role.ENGINEER, stage.office.clock.now())
    return DIRECTORY.people[next(each for each in on_call if each != "lin-xiaobei")]
