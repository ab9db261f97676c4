"""A customer with groups on both platforms, a form on one side and words on the other, and no loops."""

import re
from collections.abc import Mapping
from pathlib import Path

from bot.core.people import PersonId
from tests.e2e.bridge.conftest import Open, Town
from tests.e2e.office import DIRECTORY, office, write_configuration

FAULT = "打印机坏了"
AWKWARD = "<!channel> &lt;b&gt; *不* _是_ `格式` [x](http://x.example) @all"
ON_SLACK = "tang-kai"
"""The customer's colleague who is on Slack alone; the one who reports is on DingTalk."""


async def test_a_customer_with_groups_on_both_has_one_view(town: Town, tmp_path: Path) -> None:
    def person(name: str) -> Mapping[str, str]:
        if DIRECTORY.people[PersonId(name)].is_staff or name == ON_SLACK:
            return {"slack": town.slack.person(name)}
        return {"dingtalk": town.dingtalk.person(name)}

    def group(name: str) -> Mapping[str, str]:
        here = {"slack": town.slack.group(name)}
        return here if name == "engineers" else {**here, "dingtalk": town.dingtalk.group(name)}

    config = write_configuration(tmp_path, people=person, groups=group)
    async with office(tmp_path, config, town.settings()):
        await town.connected()
        await town.dingtalk.says("qin-shuyao", "huayue", f"@bot {FAULT}")
        opened = await town.dingtalk.reads("huayue", FAULT, "林小北")
        [number] = re.findall(r"C-\d{8}-\d{4}", opened.text)[:1]

        await town.slack.says(ON_SLACK, "huayue", "@bot 工单")
        await town.slack.reads("huayue", number, FAULT)
        await town.slack.says(ON_SLACK, "huayue", f"@bot 补充 {number} 三楼那台")
        await town.slack.reads("engineers", "唐恺", "三楼那台")


async def test_a_form_shows_what_the_customer_will_read(open_desk: Open, town: Town) -> None:
    async with open_desk("dingtalk") as stage:
        await stage.customers.says("qin-shuyao", "huayue", f"@bot {FAULT}")
        await stage.staff.reads("engineers", FAULT, "待接单")
        slack = town.slack.fake
        lin = slack.person(town.slack.person("lin-xiaobei"))

        await slack.postman.finished(lin.presses("回复客户", channel=town.slack.group("engineers")))
        await slack.until(lambda: lin.view)
        await lin.submits({"内容": AWKWARD})
        await slack.until(lambda: lin.view and "客户" in str(lin.view))
        assert await lin.submits() is not None
        await stage.staff.reads("engineers", "30 秒", AWKWARD)
        await stage.wait(seconds=31)

        answer = await stage.customers.reads("huayue", "工程师回复", AWKWARD)
        assert answer.rung == frozenset()


async def test_what_the_bot_says_never_comes_back_to_it(open_desk: Open) -> None:
    async with open_desk("slack") as stage:
        said = 0
        for text in (FAULT, "补充 {} 三楼那台", "催办 {}"):
            number = stage.office.books.rows("SELECT key FROM case_")
            await stage.customers.says("qin-shuyao", "huayue", f"@bot {text.format(*map(_first, number))}")
            await stage.office.at_rest()
            said += 1

        slack = stage.town.slack.fake
        assert [each for each in slack.deliveries if each.event.get("bot_id")]
        assert stage.office.books.count("inbox") == said
        assert stage.office.books.count("case_") == 1


def _first(row: tuple[str | int, ...]) -> str:
    return str(row[0])
