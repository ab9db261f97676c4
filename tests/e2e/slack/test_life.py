"""The whole life of a case on Slack, over both of Slack's ways to tell an app what happens."""

import pytest

from bot.platforms.slack.account import Mode
from tests.e2e.slack.conftest import Open, Stage, channel, user
from tests.e2e.slack.shown import Post

QIN, LIN, HE = user("qin-shuyao"), user("lin-xiaobei"), user("he-miao")
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


async def it_is_reported(stage: Stage) -> str:
    thread = await stage.slack.says(QIN, HUAYUE, FAULT)
    [promised] = await reads(stage, HUAYUE, "P1", "响应", "诊断结果", "林小北", thread=thread)
    assert promised.thread == thread
    [card] = await reads(stage, ENGINEERS, FAULT, "待接单")
    assert card.thread is None
    return thread


async def it_is_acknowledged_and_answered(stage: Stage, thread: str) -> None:
    slack = stage.slack
    await slack.presses(LIN, "接单", where=ENGINEERS)
    await reads(stage, ENGINEERS, FAULT, "处理中")

    await slack.presses(LIN, "回复客户", where=ENGINEERS)
    await slack.fills_in(LIN, {"内容": "正在查 *认证* 服务器，请先用备用入口"})
    await slack.until(lambda: slack.form and "备用入口" in slack.form.text)
    await slack.fills_in(LIN)
    await reads(stage, ENGINEERS, "30 秒", thread=card(stage).ts)
    await stage.wait(seconds=31)
    await reads(stage, HUAYUE, "正在查 *认证* 服务器，请先用备用入口", thread=thread)


async def words_go_both_ways(stage: Stage, thread: str) -> None:
    await stage.slack.says(QIN, HUAYUE, "备用入口也慢", thread=thread)
    await reads(stage, ENGINEERS, "备用入口也慢", thread=card(stage).ts)


async def it_is_solved(stage: Stage, thread: str) -> None:
    slack = stage.slack
    await slack.presses(LIN, "定级", where=ENGINEERS)
    await slack.fills_in(LIN, {"等级": "2 · 主要功能失效", "理由": "备用入口可用"})
    await reads(stage, HUAYUE, "备用入口可用", thread=thread)
    await reads(stage, ENGINEERS, FAULT, "P2")
    await slack.presses(LIN, "解决", where=ENGINEERS)
    await slack.fills_in(LIN, {"解决办法": "已清理磁盘并加了监控"})
    await reads(stage, HUAYUE, "已清理磁盘并加了监控", thread=thread)


async def it_is_confirmed_and_rated(stage: Stage, thread: str) -> None:
    slack = stage.slack
    await slack.presses(QIN, "已解决", where=HUAYUE)
    await reads(stage, HUAYUE, "请评价", thread=thread)
    await reads(stage, ENGINEERS, FAULT, "已关闭")
    await slack.presses(QIN, "★★★★★ 很满意", where=HUAYUE)
    await reads(stage, HUAYUE, "谢谢您的评价", thread=thread)


async def reads(stage: Stage, where: str, *words: str, thread: str | None = None) -> list[Post]:
    """Wait for the bot's messages in a channel that hold all of these words."""
    return await stage.slack.until(
        lambda: [
            post
            for post in stage.slack.posts(where, thread=thread)
            if all(each in post.text for each in words)
        ]
    )


def card(stage: Stage) -> Post:
    """Return the card in the engineers' channel."""
    return next(post for post in stage.slack.posts(ENGINEERS) if FAULT in post.text and post.thread is None)
