"""Engineers on Slack who put a sign on a message instead of pressing or typing."""

from tests.e2e.bridge.conftest import ENGINEERS, Open, Stage
from tests.fakes.slack.people import Person

FAULT, MORE = "打印机坏了", "三楼那台"
EVE, LIN = "eve-turner", "lin-xiaobei"


def engineer(stage: Stage, name: str) -> Person:
    return stage.town.slack.fake.person(stage.staff.person(name))


async def test_signs_on_the_card_and_below_it_are_as_good_as_buttons(open_desk: Open) -> None:
    async with open_desk("dingtalk") as stage:
        await stage.customers.says("qin-shuyao", "huayue", f"@bot {FAULT}")
        await stage.staff.reads(ENGINEERS, FAULT, "待接单")
        await stage.customers.says("qin-shuyao", "huayue", f"@bot 补充 {MORE}")
        slack, channel = stage.town.slack.fake, stage.staff.group(ENGINEERS)
        [card] = [each for each in slack.said(channel, thread="") if FAULT in each.text]
        [below] = await slack.until(
            lambda: [each for each in slack.said(channel, thread=card.ts) if MORE in each.text]
        )

        engineer(stage, EVE).reacts(channel, card.ts, "eyes")
        await stage.staff.reads(ENGINEERS, FAULT, "负责人", "Eve Turner")
        engineer(stage, LIN).reacts(channel, below.ts, "white_check_mark")
        await stage.staff.reads(ENGINEERS, "写下解决办法")

        engineer(stage, LIN).presses("解决", channel=channel)
        await slack.until(lambda: engineer(stage, LIN).view)
        await stage.office.at_rest()
        assert stage.office.books.rows("SELECT status FROM case_") == [("acknowledged",)]
        assert stage.alarms() == []
