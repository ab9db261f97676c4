"""A question on every platform: answered, offered, not known; helped or not; limited; an outage."""

import re

from tests.e2e.knowledge.halls import Hall

QIN, FANG, LIN = "qin-shuyao", "fang-min", "lin-xiaobei"
HUAYUE, CHENGJIANG, ENGINEERS = "huayue", "chengjiang", "engineers"
KNOWN, VAGUE, UNKNOWN = "怎么重置密码", "怎么查看日志的大小", "怎么布置会议室桌椅"
ARTICLE = re.compile(r"[a-z]+(?:-[a-z]+){3,}")
NUMBER = re.compile(r"C-\d{8}-\d{4}")


async def test_a_question_is_answered_and_helps(hall: Hall) -> None:
    await hall.says(QIN, HUAYUE, KNOWN)
    await hall.reads(
        HUAYUE, "忘记密码怎么重置？", "30 分钟内有效", "依据：服务指南", "更新于 2026年11月2日", "转人工"
    )

    await hall.presses(QIN, HUAYUE, "有帮助")

    await hall.reads(HUAYUE, "很高兴能帮上忙")
    assert not NUMBER.search(await hall.everything(HUAYUE))


async def test_an_answer_that_did_not_help_becomes_a_case_that_holds_the_conversation(hall: Hall) -> None:
    await hall.says(QIN, HUAYUE, KNOWN)
    await hall.reads(HUAYUE, "忘记密码怎么重置？")

    await hall.presses(QIN, HUAYUE, "没有帮助")
    sorry = await hall.reads(HUAYUE, "抱歉，这一条没有帮上忙")
    await hall.presses(QIN, HUAYUE, "都不是，转人工" if "都不是" in sorry else "转人工")

    number = await opened(hall, HUAYUE, KNOWN)
    await hall.says(LIN, ENGINEERS, f"日志 {number}")
    await hall.reads(
        ENGINEERS, "开单之前和机器人的对话", f"问“{KNOWN}”，答了：忘记密码怎么重置？", "表示没有帮助"
    )


async def test_a_title_of_an_offer_shows_its_article(hall: Hall) -> None:
    await hall.says(QIN, HUAYUE, VAGUE)
    await hall.reads(HUAYUE, "您想问的是哪一个", "操作日志保存多久，在哪里查？", "都不是，转人工")

    await hall.presses(QIN, HUAYUE, "操作日志保存多久，在哪里查？")

    await hall.reads(HUAYUE, "操作日志保存多久，在哪里查？", "依据：", "有帮助")
    assert not NUMBER.search(await hall.everything(HUAYUE))


async def test_none_of_these_is_a_case_and_something_to_do(hall: Hall) -> None:
    await hall.says(QIN, HUAYUE, VAGUE)
    await hall.reads(HUAYUE, "您想问的是哪一个")

    await hall.presses(QIN, HUAYUE, "都不是，转人工")

    number = await opened(hall, HUAYUE, VAGUE)
    await hall.says(LIN, ENGINEERS, f"日志 {number}")
    await hall.reads(ENGINEERS, "开单之前和机器人的对话", f"问“{VAGUE}”，给出可选：操作日志保存多久")
    await hall.says(LIN, ENGINEERS, "知识库 待办")
    await hall.reads(ENGINEERS, "没有好答案的问题", VAGUE)


async def test_a_question_nothing_answers_is_told_so_and_becomes_a_case(hall: Hall) -> None:
    await hall.says(QIN, HUAYUE, UNKNOWN)

    await hall.reads(HUAYUE, "知识库里没有找到答案，已为您转给工程师")
    await opened(hall, HUAYUE, UNKNOWN)


async def test_an_article_for_one_customer_is_shown_to_no_other(hall: Hall) -> None:
    await hall.says(LIN, ENGINEERS, f"知识库 新增 {UNKNOWN} | 扫门口的码。")
    [name, *_] = ARTICLE.findall(await hall.reads(ENGINEERS, "已写入，第 1 版"))
    await hall.says(LIN, ENGINEERS, f"知识库 修改 {name} 客户 {CHENGJIANG}")
    await hall.reads(ENGINEERS, "已写入，第 2 版", "只给客户")

    await hall.says(QIN, HUAYUE, UNKNOWN)
    await opened(hall, HUAYUE, UNKNOWN)
    await hall.says(QIN, HUAYUE, f"知识库 看 {name}")
    await hall.reads(HUAYUE, "没有知识条目")
    await hall.says(FANG, CHENGJIANG, UNKNOWN)

    await hall.reads(CHENGJIANG, "扫门口的码。", "依据：")
    assert "扫门口的码" not in await hall.everything(HUAYUE)


async def test_an_outage_is_a_case_and_the_article_goes_along(hall: Hall) -> None:
    await hall.says(QIN, HUAYUE, "VPN 691 连不上，全校都用不了")

    shown = await hall.reads(HUAYUE, "已为您开单", "VPN 报错误 691 怎么办？", "依据：")
    assert "转人工" not in shown
    number = await opened(hall, HUAYUE, "VPN 691 连不上")
    await hall.reads(ENGINEERS, number, "VPN 691 连不上", "待接单")


async def opened(hall: Hall, group: str, words: str) -> str:
    """Wait until a case is opened for these words, and return its number."""
    [number, *_] = NUMBER.findall(await hall.reads(group, "已登记", words))
    return str(number)
