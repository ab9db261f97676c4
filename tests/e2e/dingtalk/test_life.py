"""The whole life of a case on DingTalk: people write, mentioning the bot, and read what it answers."""

from tests.e2e.dingtalk.conftest import ENGINEERS, FAULT, HUAYUE, Stage, staff
from tests.fakes.dingtalk.world import How

QIN, HE = "qin-shuyao", "he-miao"


async def test_the_whole_life_of_a_case(stage: Stage) -> None:
    number = await it_is_reported(stage)
    await how_many_are_hit_is_answered(stage, number)
    await an_engineer_takes_and_answers_it(stage, number)
    await it_is_solved(stage, number)
    await it_is_confirmed_and_rated(stage, number)
    await the_engineers_read_one_line_a_change(stage, number)
    assert stage.alarms() == []


async def it_is_reported(stage: Stage) -> str:
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")

    card = await stage.reads(HUAYUE, "已登记", FAULT, "暂定", "响应", "开始支持", "诊断结果", "林小北")
    assert card.how is How.WEBHOOK
    assert set(card.rung) == {staff(QIN)}
    assert "有多少人受影响" in card.shown
    assert "整个单位都受影响" in card.shown
    engineers = await stage.reads(ENGINEERS, FAULT, "华岳大学", "秦书瑶", "待接单")
    assert engineers.how is How.API
    await stage.told("lin-xiaobei", "交给您", FAULT)
    return await stage.number()


async def how_many_are_hit_is_answered(stage: Stage, number: str) -> None:
    await stage.says(QIN, HUAYUE, "@bot 全校都用不了")

    confirmed = await stage.reads(HUAYUE, number, "等级已确认", "全校都用不了")
    assert confirmed.how is How.WEBHOOK
    await stage.reads(ENGINEERS, number, "等级确认为")


async def an_engineer_takes_and_answers_it(stage: Stage, number: str) -> None:
    await stage.says(HE, ENGINEERS, f"@bot 接手 {number}")
    await stage.reads(ENGINEERS, number, "由您负责")
    await stage.reads(ENGINEERS, number, "何苗 接手")
    await stage.reads(HUAYUE, "改由 何苗 负责处理")
    await stage.told("lin-xiaobei", "您不用再跟进")

    await stage.says(HE, ENGINEERS, f"@bot 回复 {number} 请先用备用入口 `mail2` **别**改密码")
    await stage.reads(ENGINEERS, "将看到", "30 秒后发出", "`mail2` **别**改密码")
    assert "备用入口" not in stage.dingtalk.group(HUAYUE).text

    await stage.wait(seconds=31)
    answer = await stage.reads(HUAYUE, number, "工程师回复", "请先用备用入口 `mail2` **别**改密码")
    assert answer.how is How.API
    assert "秦书瑶" in answer.shown


async def it_is_solved(stage: Stage, number: str) -> None:
    await stage.says(HE, ENGINEERS, f"@bot 解决 {number} 已清理磁盘")

    solution = await stage.reads(HUAYUE, number, "解决方案", "已清理磁盘", "自动关闭")
    assert f"已解决 {number}" in solution.shown


async def it_is_confirmed_and_rated(stage: Stage, number: str) -> None:
    await stage.says(QIN, HUAYUE, f"@bot 已解决 {number}")
    await stage.reads(HUAYUE, number, "已关闭")
    await stage.reads(HUAYUE, number, "请评价")
    await stage.told(HE, number, "工单关闭")

    await stage.says(QIN, HUAYUE, f"@bot 评价 {number} 5 很快")
    await stage.reads(HUAYUE, "谢谢")


async def the_engineers_read_one_line_a_change(stage: Stage, number: str) -> None:
    await stage.at_rest()
    lines = [line.shown for line in stage.dingtalk.group(ENGINEERS).lines]
    for change in ("等级确认为", "何苗 接手", "提出解决方案", "关闭（客户确认解决）"):
        assert len([line for line in lines if number in line and change in line]) == 1, change
