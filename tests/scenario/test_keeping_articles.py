"""Articles kept from chat: written, changed, retired, taken back; in force at once, every edit somebody's."""

from dataclasses import replace

import pytest

from bot.cases.model import Status
from bot.core.people import Language
from bot.kb.article import Article
from bot.kb.search import KnowledgeBase
from tests.scenario.stage import EN, ZH, Ear, Side, brought_to
from tests.scenario.world import World

ENGINEER, LEAD, GROUP = "lin-xiaobei", "zhou-lan", "engineers"
QUESTION = "怎么申请访客网络？"
WRITE = f"知识库 新增 {QUESTION} | 在门户点“访客”，填写来访人和日期，当天有效。"
ANSWER = "填写来访人和日期"


def told(world: World, who: str, words: str, group: str | None = GROUP) -> str:
    """Let somebody say something and return what they are answered."""
    ear = Ear(world)
    world.command(who, words, group=group)
    return "\n".join(line.text for line in ear.lines())


def asked(world: World, question: str, side: Side = ZH) -> str:
    """Let a customer ask in their group and return what the group is told."""
    ear = Ear(world)
    world.say(side.customer, f"@bot {question}", group=side.group)
    return "\n".join(ear.said_to(side.group))


def article(world: World, name: str) -> Article | None:
    return world.store.read(lambda unit: world.desk.shelf.articles(unit).get(name))


def newest(world: World) -> str:
    return world.store.read(lambda unit: unit.articles.edits())[-1].article


def test_what_is_written_is_the_answer_from_then_on(world: World) -> None:
    assert "第 1 版" in told(world, ENGINEER, WRITE)

    assert ANSWER in asked(world, QUESTION)
    assert world.cases() == ()
    [edit] = world.store.read(lambda unit: unit.articles.edits())
    assert (edit.by, edit.version) == (ENGINEER, 1)


def test_an_article_may_get_another_language_later(world: World) -> None:
    told(world, ENGINEER, WRITE)
    name = newest(world)
    assert "还没有英文的内容" in told(world, ENGINEER, f"知识库 修改 {name} en answer In the portal.")

    told(world, "eve-turner", f"kb edit {name} en How do I get guest wifi? | Choose “Guest” in the portal.")

    assert "Choose “Guest”" in asked(world, "How do I get guest wifi?", EN)
    assert ANSWER in asked(world, QUESTION)


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("标题 访客怎么上网？", "titles", {Language.ZH: "访客怎么上网？"}),
        ("答案 在前台登记。", "answers", {Language.ZH: "在前台登记。"}),
        ("别名：访客 wifi", "aliases", {Language.ZH: ("访客 wifi",)}),
        ("依据 网络手册 3.1", "sources", {Language.ZH: "网络手册 3.1"}),
        ("标签 网络，访客", "tags", ("网络", "访客")),
        ("读者 员工", "audience", "staff"),
        ("客户 huayue", "customers", ("huayue",)),
        ("产品 NIPS 3000, VPN", "products", ("NIPS 3000", "VPN")),
        ("服务级别 s1_p4", "schemes", ("s1_p4",)),
    ],
)
def test_a_field_is_changed_by_its_name(world: World, words: str, field: str, value: object) -> None:
    told(world, ENGINEER, WRITE)

    assert "第 2 版" in told(world, ENGINEER, f"知识库 修改 {newest(world)} {words}")

    assert getattr(article(world, newest(world)), field) == value


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("知识库 修改 nobody 标题 x", "没有知识条目“nobody”"),
        ("知识库 修改 vpn-691", "知识库 修改 <编号> <字段> <内容>"),
        ("知识库 修改 vpn-691 颜色 红", "知识库 修改 <编号> <字段> <内容>"),
        ("知识库 修改 vpn-691 客户 nobody", "没有“nobody”，不能写进“客户”"),
        ("知识库 修改 vpn-691 读者 大家", "不能是“大家”"),
        ("知识库 修改 vpn-691 失效 明天", "看不懂日期“明天”"),
        ("知识库 修改 vpn-691 读者 所有人", "没有变化"),
        ("知识库 修改 vpn-691 去掉别名 没有过", "没有别名“没有过”"),
        ("知识库 新增 只有问题", "知识库 新增 问题 | 答案"),
        ("知识库 撤销修改 vpn-691", "没有可以撤销的修改"),
        ("知识库 发布 7", "没有草稿“7”"),
        ("知识库 停用", "请写明是哪一条知识"),
        ("kb edit vpn-691 audience nobody", "不能是“nobody”"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(world: World, words: str, why: str) -> None:
    assert why in told(world, ENGINEER, words)
    assert world.store.read(lambda unit: unit.articles.edits()) == ()


def test_a_retired_article_answers_nobody_and_comes_back(world: World) -> None:
    question = "691 是什么意思"
    assert "门户登录" in asked(world, question)

    told(world, LEAD, "知识库 停用 vpn-691 已换新系统")
    assert "门户登录" not in asked(world, question)
    world.press(LEAD, "撤销修改")

    assert "门户登录" in asked(world, question)
    history = told(world, ENGINEER, "知识库 历史 VPN-691")
    assert "周岚 停用（已换新系统）" in history
    assert "周岚 撤销了上一次修改" in history


def test_changes_are_taken_back_one_by_one_until_the_file_is_left(world: World) -> None:
    for words in ("第一次改。", "第二次改。"):
        told(world, ENGINEER, f"知识库 修改 vpn-691 答案 {words}")

    assert "第一次改。" in told(world, ENGINEER, "知识库 撤销修改 vpn-691")
    assert "691 表示" in told(world, ENGINEER, "知识库 撤销修改 vpn-691")
    assert "没有可以撤销的修改" in told(world, ENGINEER, "知识库 撤销修改 vpn-691")
    assert article(world, "vpn-691") == world.desk.shelf.filed("vpn-691")


def test_a_press_takes_back_no_newer_change_of_somebody_else(world: World) -> None:
    told(world, ENGINEER, "知识库 修改 vpn-691 答案 我改的。")
    mine = world.button(ENGINEER, "撤销修改")
    told(world, LEAD, "知识库 修改 vpn-691 答案 后来改的。")

    world.push(ENGINEER, mine)

    present = article(world, "vpn-691")
    assert present is not None
    assert present.answers[Language.ZH] == "后来改的。"


def test_what_says_nearly_the_same_is_pointed_out(world: World) -> None:
    told(world, ENGINEER, WRITE)

    said = told(world, ENGINEER, "知识库 新增 怎么申请访客网络 | 找前台。")

    assert f"内容很像 {world.store.read(lambda unit: unit.articles.edits())[0].article}" in said


@pytest.mark.parametrize("words", ["新增 甲 | 乙", "历史 vpn-691", "修改 vpn-691 标题 甲", "发布 1", "统计"])
def test_articles_are_not_kept_where_customers_read_along(world: World, words: str) -> None:
    assert "不能在客户看得到的地方维护" in told(world, ENGINEER, f"知识库 {words}", ZH.group)
    assert world.store.read(lambda unit: unit.articles.edits()) == ()


# --- replicas and files -----------------------------------------------------------------------------------


def test_every_process_knows_an_edit_as_soon_as_it_is_made(world: World) -> None:
    elsewhere = world.configuration.desk(world.platforms)
    world.store.read(elsewhere.shelf.current)

    told(world, ENGINEER, WRITE)

    theirs = world.store.read(elsewhere.shelf.articles)
    assert theirs == world.store.read(world.desk.shelf.articles)
    assert newest(world) in theirs


def test_one_process_started_later_knows_the_same(world: World) -> None:
    told(world, ENGINEER, WRITE)
    told(world, ENGINEER, "知识库 停用 vpn-691")
    later = world.configuration.desk(world.platforms)

    assert world.store.read(later.shelf.articles) == world.store.read(world.desk.shelf.articles)
    assert "vpn-691" not in world.store.read(later.shelf.articles)


def test_an_edit_lies_over_files_read_anew_and_a_contradiction_is_told(world: World) -> None:
    told(world, ENGINEER, "知识库 修改 vpn-691 答案 在聊天里改的。")
    desk = world.configuration.desk(world.platforms)
    filed = desk.shelf.filed("vpn-691")
    assert filed is not None
    assert world.store.read(desk.shelf.conflicts) == ()
    changed = replace(filed, answers=dict.fromkeys(Language, "在文件里改的。"))

    desk.shelf.renew(KnowledgeBase([changed]))

    present = world.store.read(desk.shelf.articles)["vpn-691"]
    assert present.answers[Language.ZH] == "在聊天里改的。"
    [conflict] = world.store.read(desk.shelf.conflicts)
    assert (conflict.article, conflict.kind) == ("vpn-691", "file_changed")


# --- from a solved case -----------------------------------------------------------------------------------

SOLUTION = (
    "秦书瑶的电脑（10.2.3.4）驱动过旧，装 5.2 版后正常。华岳大学其他电脑同理，"
    "问题可打 010-0000-0101 或 qin@huayue.example.com。"
)


@pytest.fixture
def drafted(world: World) -> World:
    case, _ = brought_to(world, ZH, Status.ACKNOWLEDGED)
    world.command(ENGINEER, f"solve {case.key} {SOLUTION}", group=GROUP)
    world.command(ENGINEER, f"知识库 新增 {case.key}", group=GROUP)
    return world


def test_a_draft_holds_the_solution_without_the_customers_data(drafted: World) -> None:
    [draft] = drafted.store.read(lambda unit: unit.articles.drafts())

    assert "驱动过旧，装 5.2 版后正常" in draft.body
    customer = drafted.desk.directory.customers["huayue"].name.zh  # type: ignore[index] # its id
    for private in ("秦书瑶", "10.2.3.4", "010-0000-0101", "qin@huayue", draft.case, customer):
        assert private not in draft.body


def test_a_draft_is_in_force_only_when_somebody_published_it(drafted: World) -> None:
    assert drafted.store.read(lambda unit: unit.articles.edits()) == ()

    drafted.press(ENGINEER, "发布")

    assert "装 5.2 版后正常" in told(drafted, ZH.customer, "知识 打印机坏了", ZH.group)
    [edit] = drafted.store.read(lambda unit: unit.articles.edits())
    assert edit.note == drafted.case().key
    assert drafted.store.read(lambda unit: unit.articles.drafts()) == ()


def test_a_draft_may_be_published_in_better_words(drafted: World) -> None:
    told(drafted, LEAD, "知识库 发布 1 打印机打不出来怎么办？ | 装 5.2 版驱动。")

    found = article(drafted, newest(drafted))
    assert found is not None
    assert found.titles == {Language.ZH: "打印机打不出来怎么办？"}
    assert found.answers == {Language.ZH: "装 5.2 版驱动。"}


def test_a_draft_that_is_dropped_or_published_is_no_draft_any_more(drafted: World) -> None:
    publish = drafted.button(ENGINEER, "发布")
    drafted.press(ENGINEER, "丢弃")

    drafted.push(ENGINEER, publish)

    assert drafted.store.read(lambda unit: unit.articles.edits()) == ()
    assert "没有草稿“1”" in drafted.in_group(GROUP)[-1].text


def test_a_case_without_a_solution_makes_no_article(world: World) -> None:
    case, _ = brought_to(world, ZH, Status.ACKNOWLEDGED)

    assert "还没有解决办法" in told(world, ENGINEER, f"知识库 新增 {case.key}")
