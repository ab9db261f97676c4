"""Where nothing can be pressed, what a message offers is typed as it stands there, and is understood."""

import re

import pytest

from tests.e2e.dingtalk.conftest import ENGINEERS, FAULT, HUAYUE, Stage, group
from tests.fakes.dingtalk.people import ONE_TO_ONE
from tests.fakes.dingtalk.world import How, Line

QIN, LIN, OLIVER = "qin-shuyao", "lin-xiaobei", "oliver-grant"

FILLED = {
    "<内容>": "还有二楼",
    "<等级 1-5>": "3",
    "[理由]": "影响不大",
    "<理由>": "需要协调",
    "<@同事>": "@何苗",
    "<解决办法>": "已重启",
    "[到 时间]": "",
    "[于 时:分]": "",
}
NOT_UNDERSTOOD = ("写法：", "没有“", "请写明", "不能由您", "不在可选的范围内")


def offered(line: Line) -> list[str]:
    """Return the lines a message offers to type, filled in."""
    forms = re.findall(r"^(?:.*：)?([^：\s]+ C-\d+-\d+.*)$", line.shown, re.MULTILINE)
    return [re.sub(r"[<\[].*?[>\]]", lambda found: _filled(found[0]), form).strip() for form in forms]


def _filled(gap: str) -> str:
    return FILLED.get(gap, gap.strip("<>[]").split("|")[0])


@pytest.mark.parametrize(("who", "where"), [(QIN, HUAYUE), (LIN, ENGINEERS)], ids=["customer", "engineer"])
async def test_every_line_a_card_offers_is_understood(stage: Stage, who: str, where: str) -> None:
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    card = await stage.reads(where, FAULT, "写其中一行")
    lines = offered(card)
    assert len(lines) >= 3

    for each in lines:
        said = stage.dingtalk.group(where).lines
        before = len(said)
        await stage.says(who, where, f"@bot {each}")
        await stage.wait(seconds=1)
        answers = [line.shown for line in said[before:]]
        assert answers, each
        assert not [one for one in answers if any(sign in one for sign in NOT_UNDERSTOOD)], each


async def test_an_answer_the_question_offers_is_understood(stage: Stage) -> None:
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    await stage.reads(HUAYUE, "有多少人受影响", "整个单位都受影响")

    await stage.says(QIN, HUAYUE, "@bot 整个单位都受影响")

    await stage.reads(HUAYUE, "等级已确认")


async def test_an_english_group_is_offered_english_lines(stage: Stage) -> None:
    bluebay = group("bluebay")
    await stage.says(OLIVER, bluebay, "@bot The portal is down for everyone")
    card = await stage.reads(bluebay, "registered", "Response")
    [chase] = re.findall(r"chase C-\d+-\d+", card.shown)

    await stage.says(OLIVER, bluebay, f"@bot {chase}")

    await stage.told("eve-turner", "asks again")


async def test_an_engineer_works_alone_with_the_bot_too(stage: Stage) -> None:
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    number = await stage.number()

    await stage.says(LIN, ONE_TO_ONE, f"日志 {number}")

    await stage.dingtalk.until(lambda: [each for each in stage.people[LIN].told if each.how is How.WEBHOOK])
    await stage.says(LIN, ONE_TO_ONE, f"解决 {number} 已重启")
    await stage.reads(HUAYUE, number, "解决方案", "已重启")


async def test_an_objection_to_the_level_that_is_offered_is_understood(stage: Stage) -> None:
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    number = await stage.number()
    await stage.says("lin-xiaobei", ENGINEERS, f"@bot 定级 {number} 4 教过就会")
    await stage.reads(HUAYUE, "对等级有异议")

    await stage.says(QIN, HUAYUE, "@bot 对等级有异议")

    await stage.told("lin-xiaobei", "客户对等级有异议")
