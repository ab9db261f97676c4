"""The whole life of a case on Slack, over both of Slack's ways to tell an app what happens."""

import pytest

from bot.platforms.slack.account import Mode
from tests.e2e.slack.conftest import Open, Stage, channel, user
from tests.e2e.slack.shown import Post

QIN, LIN = user("qin-shuyao"), user("lin-xiaobei")
HUAYUE, ENGINEERS = channel("huayue"), channel("engineers")
FAULT = "统一认证登不上了，全校师生都进不去系统"


@pytest.mark.parametrize("mode", Mode)
async def test_the_whole_life_of_a_case(open_desk: Open, mode: Mode) -> None:
    async with open_desk(mode) as stage:
        thread = await it_is_reported(stage)
        await it_is_acknowledged_and_answered(stage, thread)
        await words_go_both_ways(stage, thread)
        await it_is_solved(stage, thread)
        await it_is_confirmed_and_rated(stage, thread)
        await stage.office.at_rest()
        assert "怀疑是磁盘" not in "".join(stage.slack.texts(HUAYUE))


async def it_is_reported(stage: Stage) -> str:
    thread = await stage.slack.says(QIN, HUAYUE, FAULT)
    [promised] = await stage.reads(HUAYUE, "P1", "响应", "诊断结果", "林小北", thread=thread)
    assert promised.thread == thread
    [card] = await stage.reads(ENGINEERS, FAULT, "待接单")
    assert card.thread is None
    return thread


async def it_is_acknowledged_and_answered(stage: Stage, thread: str) -> None:
    slack = stage.slack
    await slack.presses(LIN, "接单", where=ENGINEERS)
    await stage.reads(ENGINEERS, FAULT, "处理中")

    await slack.presses(LIN, "回复客户", where=ENGINEERS)
    await slack.fills_in(LIN, {"内容": "正在查 *认证* 服务器，请先用备用入口"})
    await slack.until(lambda: slack.form and "备用入口" in slack.form.text)
    await slack.fills_in(LIN)
    await stage.reads(ENGINEERS, "30 秒", thread=card(stage).ts)
    await stage.wait(seconds=31)
    await stage.reads(HUAYUE, "正在查 *认证* 服务器，请先用备用入口", thread=thread)


async def words_go_both_ways(stage: Stage, thread: str) -> None:
    await stage.slack.says(QIN, HUAYUE, "备用入口也慢", thread=thread)
    await stage.reads(ENGINEERS, "备用入口也慢", thread=card(stage).ts)
    await stage.slack.says(LIN, ENGINEERS, "怀疑是磁盘", thread=card(stage).ts)


async def it_is_solved(stage: Stage, thread: str) -> None:
    slack = stage.slack
    await slack.presses(LIN, "定级", where=ENGINEERS)
    await slack.fills_in(LIN, {"等级": "2 · 主要功能失效", "理由": "备用入口可用"})
    await stage.reads(HUAYUE, "备用入口可用", thread=thread)
    await stage.reads(ENGINEERS, FAULT, "P2")
    await slack.presses(LIN, "解决", where=ENGINEERS)
    await slack.fills_in(LIN, {"解决办法": "已清理磁盘并加了监控"})
    await stage.reads(HUAYUE, "已清理磁盘并加了监控", thread=thread)


async def it_is_confirmed_and_rated(stage: Stage, thread: str) -> None:
    slack = stage.slack
    await slack.presses(QIN, "已解决", where=HUAYUE)
    await stage.reads(HUAYUE, "请评价", thread=thread)
    await stage.reads(ENGINEERS, FAULT, "已关闭")
    await slack.presses(QIN, "★★★★★ 很满意", where=HUAYUE)
    await stage.reads(HUAYUE, "谢谢您的评价", thread=thread)


def card(stage: Stage) -> Post:
    """Return the card in the engineers' channel."""
    return next(post for post in stage.slack.posts(ENGINEERS) if FAULT in post.text and post.thread is None)
