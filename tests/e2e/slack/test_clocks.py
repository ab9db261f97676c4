"""What clocks say on Slack: it comes directly to whom it concerns, at its time."""

from bot.platforms.slack.account import Mode
from tests.e2e.slack.conftest import Open, channel, user

QIN, LIN, EVE = user("qin-shuyao"), user("lin-xiaobei"), user("eve-turner")
MANAGER = user("xu-zhiyuan")
HUAYUE = channel("huayue")
FAULT = "统一认证登不上了，全校师生都进不去系统"


async def test_who_does_not_answer_is_reminded_and_replaced_and_the_manager_hears_of_it(
    open_desk: Open,
) -> None:
    async with open_desk(Mode.SOCKET) as stage:
        slack = stage.slack
        await slack.says(QIN, HUAYUE, FAULT)
        await slack.until(lambda: "交给您" in "".join(slack.told(LIN)))

        await stage.wait(minutes=30)
        await slack.until(lambda: "提醒：已发 1 次" in "".join(slack.told(LIN)))

        await stage.wait(minutes=15)
        await slack.until(lambda: "您不用再跟进" in "".join(slack.told(LIN)))
        await slack.until(lambda: slack.told(EVE))

        await stage.wait(minutes=75)
        await slack.until(lambda: "上报" in "".join(slack.told(MANAGER)))
