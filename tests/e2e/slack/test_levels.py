"""The question about the impact, and an objection to a level, on Slack."""

from bot.platforms.slack.account import Mode
from tests.e2e.slack.conftest import Open, channel, user

QIN, LIN = user("qin-shuyao"), user("lin-xiaobei")
HUAYUE, ENGINEERS = channel("huayue"), channel("engineers")


async def test_the_impact_is_pressed_and_a_level_that_staff_set_is_objected_to(open_desk: Open) -> None:
    async with open_desk(Mode.SOCKET) as stage:
        slack = stage.slack
        await slack.says(QIN, HUAYUE, "生产系统打不开了")
        [card] = await stage.reads(HUAYUE, "业务还能继续吗", "暂定")
        await slack.presses(QIN, "还能继续", where=HUAYUE)
        await stage.reads(HUAYUE, "等级有变化")

        number = card.text.split()[0]
        await slack.types(LIN, ENGINEERS, "/case", f"level {number} 3 只有一台")
        await stage.reads(HUAYUE, "只有一台")
        await slack.presses(QIN, "对等级有异议", where=HUAYUE)

        await slack.until(lambda: [each for each in slack.told(LIN) if "客户对等级有异议" in each])
