"""DingTalk refuses: words take the other way, come later, or the operator is told by name why they do not."""

import pytest

from tests.e2e.dingtalk.conftest import ENGINEERS, FAULT, HUAYUE, Stage, staff
from tests.fakes.dingtalk.faults import Trouble
from tests.fakes.dingtalk.oapi import WEBHOOK
from tests.fakes.dingtalk.people import ONE_TO_ONE
from tests.fakes.dingtalk.robot import TO_GROUP, TO_PEOPLE
from tests.fakes.dingtalk.world import How

QIN, HE = "qin-shuyao", "he-miao"


async def test_a_webhook_that_ended_early_is_replaced_by_the_robots_own_call(stage: Stage) -> None:
    stage.dingtalk.breaks(WEBHOOK, Trouble.SESSION_GONE)
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    card = await stage.reads(HUAYUE, "已登记", FAULT)

    assert card.how is How.API
    assert "秦书瑶" in card.shown


async def test_a_webhook_known_to_be_over_is_not_even_tried(stage: Stage) -> None:
    stage.dingtalk.post.webhook_life = -stage.dingtalk.post.webhook_life
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    card = await stage.reads(HUAYUE, "已登记", FAULT)

    assert card.how is How.API
    assert stage.dingtalk.ledger.calls[WEBHOOK] == 0


@pytest.mark.parametrize(
    "trouble", [Trouble.QPS, Trouble.TOO_FAST, Trouble.SYSTEM, Trouble.UNAVAILABLE, Trouble.BANNED]
)
async def test_words_dingtalk_does_not_take_now_come_later_and_once(stage: Stage, trouble: Trouble) -> None:
    stage.dingtalk.breaks(TO_GROUP, trouble)
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    await stage.dingtalk.until(lambda: stage.dingtalk.ledger.calls[TO_GROUP])
    await stage.wait(minutes=6)
    await stage.reads(ENGINEERS, FAULT, "待接单")
    await stage.at_rest()

    assert len([line for line in stage.dingtalk.group(ENGINEERS).lines if FAULT in line.shown]) == 1
    assert stage.alarms() == []


@pytest.mark.parametrize("trouble", [Trouble.WEBHOOK_BUSY, Trouble.WEBHOOK_TOO_FAST])
async def test_a_busy_webhook_loses_no_words(stage: Stage, trouble: Trouble) -> None:
    stage.dingtalk.breaks(WEBHOOK, trouble)
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    await stage.dingtalk.until(lambda: stage.dingtalk.ledger.calls[WEBHOOK])
    await stage.wait(minutes=2)
    await stage.reads(HUAYUE, "已登记", FAULT)
    await stage.at_rest()

    assert len([line for line in stage.dingtalk.group(HUAYUE).lines if "已登记" in line.shown]) == 1


async def test_a_permission_that_lacks_is_told_to_the_operator_by_name(stage: Stage) -> None:
    stage.dingtalk.breaks(TO_GROUP, Trouble.PERMISSION, times=None)
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    await stage.alarm("qyapi_robot_sendmsg")
    await stage.reads(HUAYUE, "已登记", FAULT)
    assert stage.dingtalk.group(ENGINEERS).lines == []


async def test_a_month_that_is_used_up_is_told_to_the_operator_and_not_tried_at_once(stage: Stage) -> None:
    stage.dingtalk.breaks(TO_GROUP, Trouble.QUOTA, times=None)
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    await stage.alarm("ApiCountLimitForOrg")
    await stage.reads(HUAYUE, "已登记", FAULT)
    assert stage.dingtalk.ledger.calls[TO_GROUP] == 1


async def test_words_that_come_empty_because_the_month_is_used_up_are_told_too(stage: Stage) -> None:
    said = await stage.people[QIN].writes_over_quota(HUAYUE)

    await stage.dingtalk.until(lambda: said.acknowledged)
    await stage.alarm("quota")
    await stage.until(lambda: stage.office.books.states("inbox") == {"done"})


async def test_a_token_that_is_no_good_any_more_is_renewed_once(stage: Stage) -> None:
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    await stage.reads(ENGINEERS, FAULT)
    await stage.at_rest()
    asked = stage.dingtalk.tokens.asked
    stage.dingtalk.tokens.revoke()

    await stage.wait(minutes=30)
    await stage.told("lin-xiaobei", "请及时响应")

    assert stage.dingtalk.tokens.asked == asked + 1


async def test_who_left_the_organisation_is_told_to_the_operator(stage: Stage) -> None:
    del stage.dingtalk.world.members[staff("lin-xiaobei")]
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    await stage.alarm(staff("lin-xiaobei"))
    await stage.reads(HUAYUE, "已登记", FAULT)


async def test_who_gets_too_much_at_once_gets_it_later(stage: Stage) -> None:
    slowed = stage.dingtalk.world.flow_controlled
    slowed.add(staff("lin-xiaobei"))
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    await stage.dingtalk.until(lambda: stage.dingtalk.ledger.calls[TO_PEOPLE])
    await stage.wait(minutes=2)
    assert stage.people["lin-xiaobei"].told == []
    slowed.clear()
    await stage.wait(minutes=2)

    await stage.told("lin-xiaobei", "交给您")


async def test_a_group_without_the_robot_is_told_to_the_operator(stage: Stage) -> None:
    stage.dingtalk.group(ENGINEERS).stopped = True
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    await stage.alarm(ENGINEERS)
    await stage.reads(HUAYUE, "已登记", FAULT)


async def test_what_was_said_although_the_answer_got_lost_may_come_twice_and_is_never_lost(
    stage: Stage,
) -> None:
    stage.dingtalk.breaks(TO_GROUP, Trouble.LOST)
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    await stage.dingtalk.until(lambda: stage.dingtalk.ledger.calls[TO_GROUP])
    await stage.wait(minutes=1)
    await stage.at_rest()

    cards = [line for line in stage.dingtalk.group(ENGINEERS).lines if FAULT in line.shown]
    assert len(cards) == 2
    assert stage.alarms() == []


async def test_every_change_made_while_dingtalk_took_nothing_is_told_afterwards(stage: Stage) -> None:
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    number = await stage.number()
    await stage.reads(ENGINEERS, FAULT)
    await stage.at_rest()
    stage.dingtalk.breaks(TO_GROUP, Trouble.QPS, times=None)
    await stage.says(HE, ONE_TO_ONE, f"接手 {number}")
    await stage.told(HE, "由您负责")
    await stage.says(HE, ONE_TO_ONE, f"定级 {number} 3 影响小")
    await stage.told(HE, "P3")
    stage.dingtalk.mends(TO_GROUP)

    await stage.wait(minutes=6)

    for change in ("何苗 接手", "P3"):
        await stage.reads(ENGINEERS, number, change)
