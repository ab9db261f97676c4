"""What cannot be is refused in one sentence: why not, the right form, and nothing changed or given away."""

import pytest

from bot.cases.model import Status
from tests.scenario.acts import (
    ACK,
    ACTS,
    CANCELLED,
    CLOSED,
    CUSTOMERS,
    ENGINEERS,
    OPEN,
    SOLVED,
    STAFF,
    bare,
    language,
    person,
    place,
)
from tests.scenario.stage import EN, SIDES, ZH, Ear, Side, brought_to, opened
from tests.scenario.world import World

SHARED = frozenset({"add", "set", "onsite", "confirm", "cancel"})
"""Verbs that customers have too, in their way."""

NOT_YOURS = ("这里不能由您", "is not yours to use here")
UNKNOWN = ("没有找到工单", "There is no case")
MISSING = ("还缺：", "still needs:")
SURPLUS = ("不需要后面的", "does not take")
UNREADABLE = "不能作为"
WHICH = ("请写明是哪张工单", "Please say which case")


def refused(world: World, who: str, text: str, group: str | None) -> str:
    """Let somebody type something that cannot be, and return the one sentence that says so."""
    before = [(case.key, case.version) for case in world.cases()]
    ear = Ear(world)
    world.command(who, text, group=group)
    assert [(case.key, case.version) for case in world.cases()] == before
    assert len(ear.lines()) == 1, ear.everybody()
    return ear.lines()[0].text


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_what_is_the_staffs_is_refused_to_customers(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    for act in STAFF:
        if act.en not in SHARED:
            case, _ = brought_to(world, side, act.before)
            with subtests.test(act.en):
                said = refused(world, side.customer, act.text(side, case), side.group)
                assert NOT_YOURS[SIDES.index(side)] in said


DESKS = (
    "值班",
    "oncall",
    "绑定 huayue",
    "unbind",
    "工单 全部",
    "list risk",
    "list overdue",
    "知识库 新增 某事",
)
STAFFS_OF_SHARED = ("填写 {n} 厂商 甲公司", "set {n} type fault", "到场 {n}", "onsite {n} go")


def test_the_desks_own_verbs_are_refused_to_customers(world: World, subtests: pytest.Subtests) -> None:
    case, _ = opened(world, ZH)
    for text in (*DESKS, *STAFFS_OF_SHARED):
        with subtests.test(text):
            assert NOT_YOURS[0] in refused(world, "qin-shuyao", text.format(n=case.key), "huayue")


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_what_is_the_customers_is_refused_to_staff(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    case, _ = brought_to(world, side, SOLVED)
    for verbs in (("重开 {n}", "reopen {n}"), ("评价 {n} 5", "rate {n} 5")):
        text = verbs[SIDES.index(side)].format(n=case.key)
        with subtests.test(text):
            assert NOT_YOURS[SIDES.index(side)] in refused(world, side.owner, text, ENGINEERS)


def test_a_colleague_of_the_reporter_may_not_decide_for_them(world: World) -> None:
    case, _ = opened(world, ZH)

    for text in (f"撤销 {case.key} 不要了", f"填写 {case.key} 电话 123"):
        assert NOT_YOURS[0] in refused(world, "tang-kai", text, "huayue")


IN_THE_WRONG_PLACE = [
    ("lin-xiaobei", "内部备注 {n} 怀疑电源", "huayue", "内部备注不能写在客户看得到的地方"),
    ("eve-turner", "note {n} I suspect it", "huayue", "An internal note cannot be written where"),
    ("song-yi", "绑定 huayue", ENGINEERS, "请到要绑定的客户群里发送"),
    ("lin-xiaobei", "报障 代 蓝湾物流 打印机坏了", "huayue", "这里是另一个客户的群"),
    ("lin-xiaobei", "报障 打印机坏了", ENGINEERS, "请写明替哪个客户报障"),
    ("song-yi", "解绑", "nowhere", "这个群没有绑定客户"),
]


def test_in_the_wrong_place_a_verb_is_refused_where_no_customer_reads_it(
    world: World, subtests: pytest.Subtests
) -> None:
    case, _ = opened(world, ZH)
    ear = Ear(world)

    for who, text, group, said in IN_THE_WRONG_PLACE:
        with subtests.test(text):
            assert said in refused(world, who, text.format(n=case.key), group)
    assert ear.said_to("huayue") == []


NOW = (OPEN, ACK, SOLVED, CLOSED, CANCELLED)
REFUSED_BY_STATUS = [
    (ACK, "接单 {n}", "ack {n}", "已经由您负责", "is already yours"),
    (OPEN, "恢复 {n}", "resume {n}", "还没有接单", "has not been acknowledged yet"),
    (ACK, "恢复 {n}", "resume {n}", "正在处理中", "is being worked on"),
    (SOLVED, "接单 {n}", "ack {n}", "正等待客户确认", "awaits the customer's confirmation"),
    (SOLVED, "定级 {n} 2", "level {n} 2", "正等待客户确认", "awaits the customer's confirmation"),
    (CLOSED, "解决 {n} 好了", "solve {n} done", "已关闭", "is closed"),
    (CLOSED, "回复 {n} 好了", "reply {n} done", "已关闭", "is closed"),
    (CLOSED, "确认 {n} 来电", "confirm {n} phoned", "已关闭", "is closed"),
    (CANCELLED, "接手 {n}", "take {n}", "已撤销", "was cancelled"),
    (CANCELLED, "内部备注 {n} 一句", "note {n} a word", "已撤销", "was cancelled"),
    (Status.ENDED, "诊断 {n} 电源", "diag {n} power", "已正式结束", "has ended"),
    (OPEN, "出发 {n}", "onsite {n} go", "没有安排", "not planned"),
    (OPEN, "撤回 {n}", "takeback {n}", "没有可以撤回的回复", "has no reply that can be taken back"),
    (OPEN, "定级 {n} 4", "level {n} 4", "需要写明理由", "needs a reason"),
    (OPEN, "定级 {n} 3", "level {n} 3", "已经是这个等级", "already has this level"),
    (SOLVED, "确认 {n}", "confirm {n}", "请写明谁", "say who said so"),
    (OPEN, "转派 {n} 无名氏", "assign {n} Nobody", "没有找到同事", "No colleague"),
    (OPEN, "合并 {n} {n}", "merge {n} {n}", "不能并入它自己", "cannot be merged into itself"),
]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_what_a_case_does_not_allow_now_is_refused_with_the_reason(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    at = SIDES.index(side)
    cases = {status: brought_to(world, side, status)[0].key for status in (Status.ENDED, *NOW)}
    for status, *texts, said_zh, said_en in REFUSED_BY_STATUS:
        text = texts[at].format(n=cases[status])
        with subtests.test(f"{status}: {text}"):
            assert (said_zh, said_en)[at] in refused(world, side.owner, text, ENGINEERS)


REFUSED_TO_CUSTOMERS = [
    (OPEN, "重开 {n}", "reopen {n}", "还没有接单", "has not been acknowledged"),
    (OPEN, "评价 {n} 5", "rate {n} 5", "还没有接单", "has not been acknowledged"),
    (SOLVED, "催办 {n}", "chase {n}", "正等待客户确认", "awaits the customer's confirmation"),
    (CLOSED, "催办 {n}", "chase {n}", "已关闭", "is closed"),
    (CLOSED, "撤销 {n} 不用了", "cancel {n} no need", "已关闭", "is closed"),
]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_a_customer_too_is_told_why_not_now(world: World, subtests: pytest.Subtests, side: Side) -> None:
    at = SIDES.index(side)
    cases = {status: brought_to(world, side, status)[0].key for status in (OPEN, SOLVED, CLOSED)}
    for status, *texts, said_zh, said_en in REFUSED_TO_CUSTOMERS:
        text = texts[at].format(n=cases[status])
        with subtests.test(f"{status}: {text}"):
            assert (said_zh, said_en)[at] in refused(world, side.customer, text, side.group)


WITH_WORDS = [act for act in STAFF if act.words != ("", "") and act.en != "confirm"]
WITHOUT_WORDS = [act for act in ACTS if act.words == ("", "") and act.en not in {"reopen", "confirm"}]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_what_is_missing_is_named_with_the_right_form(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    for act in WITH_WORDS:
        case, _ = brought_to(world, side, act.before)
        with subtests.test(act.en):
            verb = (act.zh, act.en)[SIDES.index(side)]
            said = refused(world, person(act, side), f"{verb} {case.key}", ENGINEERS)
            assert MISSING[language(act, side)] in said
            assert ("写法", "Form")[language(act, side)] in said


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_words_a_verb_does_not_take_are_named(world: World, subtests: pytest.Subtests, side: Side) -> None:
    more = ("多余的话", "more words")[SIDES.index(side)]
    for act in WITHOUT_WORDS:
        case, _ = brought_to(world, side, act.before)
        with subtests.test(act.en):
            said = refused(world, person(act, side), f"{act.text(side, case)} {more}", place(act, side))
            assert SURPLUS[language(act, side)] in said


UNREADABLE_TEXTS = {
    "定级 {n} 9": UNREADABLE,
    "填写 {n} 颜色 红": UNREADABLE,
    "挂起 {n} 天气": UNREADABLE,
    "升级 {n} 总统 急": UNREADABLE,
    "补允 {n} 一句话": "没有“补允”这个指令",
    "我的工丹": "您想说的可能是",
    "完全不存在的指令": "没有“完全不存在的指令”这个指令",
}


def test_what_cannot_be_read_is_named_with_the_right_form(world: World, subtests: pytest.Subtests) -> None:
    case, _ = opened(world, ZH)
    for text, wanted in UNREADABLE_TEXTS.items():
        with subtests.test(text):
            assert wanted in refused(world, "lin-xiaobei", text.format(n=case.key), None)


SEEN_BY_CUSTOMERS = [
    ("查询 {n}", "show {n}"),
    ("催办 {n}", "chase {n}"),
    ("补充 {n} 一句话", "add {n} a word"),
    ("已解决 {n}", "confirm {n}"),
    ("仍有问题 {n}", "reopen {n}"),
    ("评价 {n} 5", "rate {n} 5"),
    ("撤销 {n} 不用了", "cancel {n} no need"),
    ("时限 {n}", "why {n}"),
    ("日志 {n}", "log {n}"),
    ("填写 {n} 电话 1", "set {n} phone 1"),
    ("需上门 {n}", "onsite {n} need"),
]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize("directly", [False, True], ids=["in the group", "directly"])
def test_another_customers_case_reads_exactly_like_one_that_never_was(
    world: World, subtests: pytest.Subtests, side: Side, *, directly: bool
) -> None:
    other, _ = opened(world, EN if side is ZH else ZH)
    group = None if directly else side.group
    never = str(other.key).replace("-0001", "-9999")

    for texts in SEEN_BY_CUSTOMERS:
        text = texts[SIDES.index(side)]
        with subtests.test(text):
            about_theirs = refused(world, side.customer, text.format(n=other.key), group)
            about_none = refused(world, side.customer, text.format(n=never), group)
            assert about_theirs == about_none.replace(never, str(other.key))
            assert UNKNOWN[SIDES.index(side)] in about_none


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_elsewhere_what_staff_do_and_what_ends_a_case_needs_the_number(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    for act in (*STAFF, CUSTOMERS[-1]):
        brought_to(world, side, act.before)
        with subtests.test(act.en):
            said = refused(world, person(act, side), bare(act, side), place(act, side))
            assert WHICH[language(act, side)] in said


@pytest.mark.parametrize("text", ["bind huayue huayue-campus", "绑定", "oncall", "值班 谁", "kb add 打印机"])
def test_the_desks_own_verbs_said_to_the_bot_by_a_customer_open_nothing(world: World, text: str) -> None:
    ear = Ear(world)

    world.say(ZH.customer, f"@bot {text}", group=ZH.group)

    assert world.cases() == ()
    assert [NOT_YOURS[0] in line for line in ear.said_to(ZH.group)] == [True]


@pytest.mark.parametrize("text", ["绑定 手机号失败", "值班 电话没人接", "oncall engineer did not answer"])
def test_a_sentence_that_begins_like_such_a_verb_is_heard_as_words(world: World, text: str) -> None:
    ear = Ear(world)

    world.say(ZH.customer, f"@bot {text}", group=ZH.group)

    assert not any(NOT_YOURS[0] in line for line in ear.said_to(ZH.group))


def test_a_refusal_that_is_for_a_choice_names_it(world: World) -> None:
    assert refused(world, ZH.customer, "工单 全部", ZH.group).startswith("这里不能由您用“工单”里的“全部”。")
    assert refused(world, EN.customer, "list all", EN.group).startswith("“all” of “list” is not yours")


def test_a_report_is_refused_for_want_of_the_right_and_else_comes_later(world: World) -> None:
    assert NOT_YOURS[0] in refused(world, ZH.owner, "report week", ENGINEERS)
    for words in ("report week", "report weekly", "help report"):
        assert "以后的版本会提供" in refused(world, "zhou-lan", words, ENGINEERS)


@pytest.mark.parametrize(
    "text", ["new for huayue 打印机坏了 at 明天 09:00", "call {case} 已指导重启 于 明天 09:00"]
)
def test_what_has_not_happened_yet_is_not_recorded(world: World, text: str) -> None:
    case, _ = opened(world, ZH)

    assert "还没有到" in refused(world, ZH.owner, text.format(case=case.key), ENGINEERS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("set {case} email not-an-email", "name@example.com"),
        ("set {case} phone call me", "转 801"),
    ],
)
def test_an_address_nobody_can_write_to_or_call_is_not_filled_in(world: World, text: str, says: str) -> None:
    case, _ = opened(world, ZH)

    assert says in refused(world, ZH.customer, text.format(case=case.key), ZH.group)
    for good in ("phone +86 138-0000-0000 转 801", "email wang@example.edu.cn"):
        world.command(ZH.customer, f"set {case.key} {good}", group=ZH.group)
    assert world.case().reporter.email == "wang@example.edu.cn"


def test_which_case_is_asked_and_listed_nearest_deadline_first(world: World) -> None:
    soon, _ = opened(world, ZH)
    world.wait(minutes=10)
    late, _ = opened(world, ZH, "扫描仪卡纸，扫不了")
    ear = Ear(world)

    world.command(ZH.customer, "list", group=ZH.group)
    world.command(ZH.customer, "chase", group=ZH.group)

    for text in ear.said_to(ZH.group):
        assert text.index(soon.key) < text.index(late.key)


def test_cases_at_risk_are_not_those_that_are_overdue_already(world: World) -> None:
    late, _ = opened(world, ZH, "核心数据库无法启动，全校业务停了")
    world.wait(days=4)
    ear = Ear(world)

    for words in ("list risk", "list overdue"):
        world.command(ZH.owner, words, group=ENGINEERS)

    risk, overdue = ear.said_to(ENGINEERS)
    assert (late.key in risk, late.key in overdue) == (False, True)


def test_help_offers_nothing_that_comes_later(world: World) -> None:
    ear = Ear(world)

    world.command("zhou-lan", "help", group=ENGINEERS)

    [text] = ear.said_to(ENGINEERS)
    assert not [word for word in ("周报", "换班", "临时") if word in text]
    assert "值班" in text


def test_each_step_of_a_visit_is_named(world: World) -> None:
    case, _ = opened(world, ZH)
    ear = Ear(world)

    for step in ("need", "go", "arrive", "leave"):
        world.command(ZH.owner, f"onsite {case.key} {step}", group=ENGINEERS)

    said = [text for text in ear.said_to(ENGINEERS) if "上门已记为" in text]
    assert [text.split("“")[1].rstrip("”。") for text in said] == ["已确定上门", "已出发", "已到场", "已离场"]
