"""One case on two platforms: the customers are on one of them, the engineers on the other."""

import re

import pytest

from tests.e2e.bridge.conftest import Open, Stage

PLATFORMS = ("slack", "dingtalk")
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
OTHER_PICTURE = PICTURE + b"another"
FAULT = "统一认证登不上了，全校师生都进不去系统"
AWKWARD = "<!channel> &lt;b&gt; *不* _是_ `格式` [x](http://x.example) @all @林小北"
"""Words that must stay words on both platforms."""


@pytest.mark.parametrize("customers", PLATFORMS)
async def test_words_go_both_ways_and_stay_words(open_desk: Open, customers: str) -> None:
    async with open_desk(customers) as stage:
        number = await reported(stage)
        await stage.customers.says("qin-shuyao", "huayue", f"@bot 补充 {number} {AWKWARD}")
        heard = await stage.staff.reads("engineers", AWKWARD)
        assert heard.rung == frozenset()

        await stage.staff.says("lin-xiaobei", "engineers", f"@bot 回复 {number} 请稍等 {AWKWARD}")
        await stage.staff.reads("engineers", "将看到", "请稍等")
        await stage.wait(seconds=31)
        answer = await stage.customers.reads("huayue", "工程师回复", f"请稍等 {AWKWARD}")
        assert answer.rung <= {stage.customers.person("qin-shuyao")}

        await stage.staff.says("lin-xiaobei", "engineers", f"@bot 解决 {number} 已清理磁盘")
        await stage.customers.reads("huayue", "解决方案", "已清理磁盘")
        await stage.customers.says("qin-shuyao", "huayue", f"@bot 已解决 {number}")
        await stage.customers.reads("huayue", number, "已关闭")
        assert stage.office.books.count("case_") == 1
        assert stage.alarms() == []


@pytest.mark.parametrize("customers", PLATFORMS)
async def test_everybody_is_spoken_to_in_their_language(open_desk: Open, customers: str) -> None:
    async with open_desk(customers) as stage:
        await stage.customers.says("oliver-grant", "bluebay", "@bot The portal is down for everybody")
        opened = await stage.customers.reads("bluebay", "Response", "The portal is down")
        card = await stage.staff.reads("engineers", "蓝湾物流", "待接单", "The portal is down")
        number = _number(card.text)
        assert number in opened.text

        await stage.staff.says("eve-turner", "engineers", f"@bot reply {number} We are on it")
        await stage.staff.reads("engineers", "We are on it")
        await stage.wait(seconds=31)
        await stage.customers.reads("bluebay", number, "Eve Turner", "We are on it")


@pytest.mark.parametrize("customers", PLATFORMS)
async def test_pictures_cross_both_ways(open_desk: Open, customers: str) -> None:
    async with open_desk(customers) as stage:
        number = await reported(stage)
        await stage.customers.says("qin-shuyao", "huayue", f"@bot 补充 {number} 报错截图", PICTURE)
        await stage.staff.gets("engineers", PICTURE)

        await stage.staff.says("lin-xiaobei", "engineers", f"@bot 回复 {number} 请照图操作", OTHER_PICTURE)
        await stage.wait(seconds=31)
        await stage.customers.reads("huayue", "请照图操作")
        await stage.customers.gets("huayue", OTHER_PICTURE)


async def reported(stage: Stage) -> str:
    """Let a fault be reported and return the number of its case."""
    await stage.customers.says("qin-shuyao", "huayue", f"@bot {FAULT}")
    await stage.customers.reads("huayue", "响应", "林小北", FAULT)
    card = await stage.staff.reads("engineers", "华岳大学", "待接单", FAULT)
    return _number(card.text)


def _number(text: str) -> str:
    found = re.search(r"C-\d{8}-\d{4}", text)
    assert found is not None
    return found[0]
