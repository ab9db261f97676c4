"""Everything that comes in, against the whole desk in memory: who may, on which case, answered where."""

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Status
from bot.core.inbound import Action, IncomingMessage
from bot.core.people import CaseKey, Level
from bot.handlers.dispatch import dispatch
from tests.scenario.world import FLAT, World


@pytest.fixture
def world() -> World:
    """A desk with one case of Huayue University, opened in its group, owned by Lin Xiaobei."""
    desk = World()
    desk.say("qin-shuyao", "@bot 核心交换机断网了，全校都上不了网", group="huayue")
    return desk


def last(world: World) -> str:
    return world.lines[-1].text


def kinds(world: World) -> list[FactKind]:
    return [fact.kind for fact in world.facts(world.case("0001"))]


def press(
    world: World, who: str, verb: str, *, as_of: int, words: str = "", group: str = "engineers"
) -> None:
    """Press a button that was drawn for the case as it stood at `as_of`."""
    origin = world.origin(who, group)
    action = Action(origin=origin, verb=verb, case=CaseKey("C-20261120-0001"), words=words, as_of=as_of)
    world.store.run(lambda unit: dispatch(unit, world.desk, action, origin.event_id))
    world.settle()


# --- which case ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["ack 1", "接单 0001", "接单：C-20261120-0001", "@bot ack 1"])
def test_the_same_verb_as_a_command_and_as_a_mention(world: World, words: str) -> None:
    if words.startswith("@bot"):
        world.say("lin-xiaobei", words, group="engineers")
    else:
        world.command("lin-xiaobei", words, group="engineers")

    assert world.case().status is Status.ACKNOWLEDGED
    assert last(world).startswith("C-20261120-0001 已由您接单")


def test_in_its_own_thread_a_case_needs_no_number(world: World) -> None:
    customers, engineers = world.case().place.thread, world.in_group("engineers")[0].ref
    world.command("lin-xiaobei", "接单", group="engineers", thread=engineers)
    world.say("tang-kai", "@bot 催办", group="huayue", thread=customers)

    assert kinds(world)[-2:] == [FactKind.ACKNOWLEDGED, FactKind.CHASED]


def test_a_customer_with_one_case_needs_no_number_and_staff_do(world: World) -> None:
    world.say("tang-kai", "@bot 补充 3 台服务器也不通", group="huayue")
    world.command("lin-xiaobei", "ack", group="engineers")

    assert world.facts()[-1].text == "3 台服务器也不通"
    assert last(world) == "请写明是哪张工单。写法：接单 [工单号]"


def test_with_several_cases_one_question_with_buttons_is_asked(world: World) -> None:
    world.command("qin-shuyao", "报障 打印机卡纸", group="huayue")
    world.command("qin-shuyao", "催办", group="huayue")

    assert [button.label for button in world.lines[-1].buttons] == [
        "C-20261120-0001",
        "C-20261120-0002",
    ]  # the worse first
    world.press("qin-shuyao", "C-20261120-0002")
    assert world.case("0002").chases == 1


@pytest.mark.parametrize("number", ["0001", "C-20261120-0001", "9999"])
def test_another_customers_case_is_answered_like_one_that_does_not_exist(world: World, number: str) -> None:
    world.say("fang-min", f"@bot 进度 {number}", group="chengjiang")

    assert last(world) == f"没有找到工单 {number}，请核对编号。"


def test_staff_in_one_customers_group_do_not_see_anothers_case(world: World) -> None:
    world.command("lin-xiaobei", "show 1", group="chengjiang")

    assert last(world) == "没有找到工单 1，请核对编号。"


# --- who may ---------------------------------------------------------------------------------------------


def test_a_forbidden_verb_is_one_sentence_and_changes_nothing(world: World) -> None:
    before = world.case()
    world.command("qin-shuyao", "接手 1", group="huayue")

    assert last(world) == "这里不能由您“接手”。发送“帮助”可以看到您能做的事。"
    assert world.case() == before


def test_a_note_in_a_customers_group_is_refused_aside(world: World) -> None:
    world.command("lin-xiaobei", "note 1 厂商说要换板卡", group="huayue")

    assert world.lines[-1].place.conversation == "dm:lin-xiaobei"
    assert FactKind.NOTED_INTERNALLY not in kinds(world)


def test_what_staff_do_in_front_of_a_customer_is_answered_aside(world: World) -> None:
    before = len(world.in_group("huayue"))
    world.command("lin-xiaobei", "reply 1 正在查", group="huayue")

    assert len(world.in_group("huayue")) == before
    assert "正在查" in world.told("lin-xiaobei")[-1].text


def test_a_log_in_a_customers_group_shows_staff_what_the_customer_may_see(world: World) -> None:
    world.command("lin-xiaobei", "note 1 厂商说要换板卡", group="engineers")
    world.command("lin-xiaobei", "log 1", group="huayue")
    public = last(world)
    world.command("lin-xiaobei", "log 1", group="engineers")

    assert "板卡" not in public
    assert "板卡" in last(world)


def test_help_lists_what_the_person_may_use(world: World) -> None:
    world.command("qin-shuyao", "help", group="huayue")
    customers = last(world)
    world.command("lin-xiaobei", "", group="engineers")

    assert "重开 [" in customers
    assert "接单" not in customers
    assert "接单" in last(world)
    assert "重开 [" not in last(world)


# --- plain words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "升级 后一直登录不了系统",
        "解决 不了，全部断网",
        "help me, the whole network is down",
        "help 断网了",
        "周报 系统打不开",
    ],
)
def test_a_customers_plain_words_that_begin_like_a_verb_are_plain_words(words: str) -> None:
    world = World()
    world.say("qin-shuyao", f"@bot {words}", group="huayue")

    assert len(world.cases()) == 1


@pytest.mark.parametrize(
    "words", ["接手 0001", "定级 0001 3 不急", "内部备注 0001 谢谢", "assign 0001 @he-miao"]
)
def test_a_customers_command_that_is_for_staff_is_refused_and_not_taken_for_words(
    world: World, words: str
) -> None:
    world.say("qin-shuyao", f"@bot {words}", group="huayue")

    assert "不能由您" in last(world)
    assert len(world.cases()) == 1
    assert world.case().owner == "lin-xiaobei"


def test_a_bare_verb_in_a_cases_thread_is_clear_without_calling_the_bot(world: World) -> None:
    card = world.in_group("engineers")[0].ref
    world.say("lin-xiaobei", "接单", group="engineers", thread=card)

    assert world.case().status is Status.ACKNOWLEDGED


def test_a_verb_nobody_called_the_bot_with_is_just_words(world: World) -> None:
    world.say("qin-shuyao", "cancel the maintenance tonight", group="huayue")

    assert world.case("0001").status is Status.OPEN


@pytest.mark.parametrize("who", ["lin-xiaobei", "qin-shuyao"])
def test_a_mistyped_verb_before_a_number_is_answered_with_the_right_form(world: World, who: str) -> None:
    world.say(who, "@bot shwo 0001", group="engineers" if who == "lin-xiaobei" else "huayue")

    assert last(world).startswith("没有“shwo”这个指令，您想说的可能是：查询")


def test_a_missing_argument_is_asked_for_with_the_right_form(world: World) -> None:
    world.say("qin-shuyao", "@bot 补充", group="huayue")

    assert last(world) == "“补充”还缺：内容。写法：补充 [工单号] <内容>"


# --- late presses ----------------------------------------------------------------------------------------


def test_a_press_from_before_somebody_decided_never_acts(world: World) -> None:
    drawn = world.case().version
    world.command("eve-turner", "take 1", group="engineers")
    press(world, "zhou-lan", "take", as_of=drawn)

    assert world.case().owner == "eve-turner"
    assert last(world).startswith("C-20261120-0001 已有变化")


def test_a_second_press_of_the_same_button_does_not_act_twice(world: World) -> None:
    drawn = world.case().version
    press(world, "qin-shuyao", "chase", as_of=drawn, group="huayue")
    press(world, "qin-shuyao", "chase", as_of=drawn, group="huayue")

    assert world.case().chases == 1


def test_words_and_clocks_do_not_make_a_press_late(world: World) -> None:
    drawn = world.case().version
    world.say("qin-shuyao", "@bot 补充 二楼也不行", group="huayue")
    world.wait(minutes=31)
    press(world, "lin-xiaobei", "ack", as_of=drawn)

    assert world.case().status is Status.ACKNOWLEDGED


def test_reading_is_never_late(world: World) -> None:
    drawn = world.case().version
    world.command("eve-turner", "take 1", group="engineers")
    press(world, "zhou-lan", "why", as_of=drawn)

    assert "时限" in last(world)


def test_a_button_nobody_knows_is_answered(world: World) -> None:
    press(world, "zhou-lan", "dance", as_of=1)

    assert last(world).startswith("没有“dance”这个指令")


# --- verbs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["@eve-turner", "eve", "Eve Turner"])
def test_a_case_is_given_to_somebody_by_name(world: World, name: str) -> None:
    world.command("lin-xiaobei", f"转派 1 {name}", group="engineers")

    assert world.case().owner == "eve-turner"


@pytest.mark.parametrize(("name", "key"), [("qin-shuyao", "没有找到同事"), ("nobody", "没有找到同事")])
def test_a_case_is_given_to_staff_only(world: World, name: str, key: str) -> None:
    world.command("lin-xiaobei", f"转派 1 {name}", group="engineers")

    assert last(world).startswith(key)


def test_a_report_by_phone_is_dated_back_to_the_call(world: World) -> None:
    world.command("eve-turner", "new for bluebay portal is down for everyone at 09:30", group="engineers")
    case = world.case("0002")

    assert (case.customer, case.brief) == ("bluebay", "portal is down for everyone")
    assert (world.clock.now() - case.opened_at).total_seconds() == 30 * 60
    assert case.place.conversation == "g:bluebay"


def test_staff_say_for_whom_they_report(world: World) -> None:
    world.command("eve-turner", "new portal is down", group="engineers")

    assert last(world).startswith("Please say which customer this is for.")
    assert len(world.cases()) == 1


def test_staff_confirm_only_with_who_said_so(world: World) -> None:
    world.command("lin-xiaobei", "solve 1 换了光模块", group="engineers")
    world.command("lin-xiaobei", "confirm 1", group="engineers")
    assert world.case().status is Status.SOLVED

    world.command("lin-xiaobei", "confirm 1 秦老师电话确认", group="engineers")
    assert world.case().status is Status.CLOSED
    assert world.facts()[-1].data["on_behalf"] is True


def test_a_closed_case_is_rated_and_reopened_without_its_number(world: World) -> None:
    world.command("lin-xiaobei", "solve 1 换了光模块", group="engineers")
    world.say("qin-shuyao", "@bot 已解决", group="huayue")
    world.say("qin-shuyao", "@bot 评价 5 很快", group="huayue")
    assert world.case().rating == 5

    world.say("qin-shuyao", "@bot 重开 又断了", group="huayue")
    assert world.case().status is Status.OPEN


def test_two_cases_of_one_customer_are_merged(world: World) -> None:
    world.command("qin-shuyao", "报障 打印机卡纸", group="huayue")
    world.command("lin-xiaobei", "合并 2 1", group="engineers")

    assert world.case("0002").merged_into == "C-20261120-0001"


def test_a_field_is_filled_in_by_its_chinese_name(world: World) -> None:
    world.command("lin-xiaobei", "填写 1 类型 咨询", group="engineers")
    world.say("qin-shuyao", "@bot 填写 0001 电话 000-0000-0099", group="huayue")

    assert (world.case().type, world.case().reporter.phone) == ("how_to", "000-0000-0099")


def test_a_visit_is_asked_for_by_a_customer_and_decided_by_an_engineer(world: World) -> None:
    world.say("qin-shuyao", "@bot 需上门 0001", group="huayue")
    world.command("lin-xiaobei", "需上门 1", group="engineers")
    world.command("lin-xiaobei", "离场 1", group="engineers")

    assert kinds(world)[-2:] == [FactKind.VISIT_REQUESTED, FactKind.VISIT_DECIDED]
    assert last(world) == "C-20261120-0001 的上门现在是“已确定上门”，还不能记为“已离场”。"


def test_the_impact_is_cleared_up_by_a_button(world: World) -> None:
    world.command("tang-kai", "报障 VPN 登录失败", group="huayue")
    case = world.case("0002")
    assert case.asked
    world.press("tang-kai", "只有我")

    assert (world.case("0002").asked, world.case("0002").level) == ("", Level.MINOR)


def test_a_group_is_bound_by_an_administrator(world: World) -> None:
    world.command("song-yi", "bind", group="lobby")
    assert "g:lobby" in last(world)

    world.command("song-yi", "绑定 华岳大学 huayue-campus", group="lobby")
    world.say("tang-kai", "@bot 进度 0001", group="lobby")
    assert "C-20261120-0001" in last(world)

    world.command("song-yi", "解绑", group="lobby")
    world.say("tang-kai", "@bot 进度 0001", group="lobby")
    assert last(world) == "没有找到工单 0001，请核对编号。"


def test_a_search_finds_what_may_be_seen_here(world: World) -> None:
    world.command("lin-xiaobei", "find 交换机 from:2026-11-01", group="engineers")
    assert "C-20261120-0001" in last(world)

    world.command("fang-min", "find 交换机", group="chengjiang")
    assert "C-20261120-0001" not in last(world)


def test_lists_are_narrowed(world: World) -> None:
    world.command("lin-xiaobei", "list mine", group="engineers")
    assert "C-20261120-0001" in last(world)

    world.command("eve-turner", "list mine", group="engineers")
    assert "C-20261120-0001" not in last(world)

    world.command("eve-turner", "超时", group="engineers")
    assert "C-20261120-0001" not in last(world)


@pytest.mark.parametrize("words", ["周报", "oncall swap"])
def test_what_comes_later_says_so(world: World, words: str) -> None:
    world.command("zhou-lan", words, group="engineers")

    assert "还不能在聊天里使用" in last(world)


# --- where it is answered --------------------------------------------------------------------------------


def test_an_answer_goes_below_the_message_where_there_are_threads(world: World) -> None:
    message = world.say("tang-kai", "@bot 进度", group="huayue")

    assert world.lines[-1].place.thread == message


def test_an_answer_goes_into_the_conversation_where_there_are_none() -> None:
    world = World(capabilities=FLAT)
    world.say("tang-kai", "@bot 帮助", group="huayue")

    assert world.lines[-1].place.thread is None


def test_a_stranger_in_a_customers_group_speaks_for_that_customer(world: World) -> None:
    origin = world.origin("somebody-new", "huayue")
    message = IncomingMessage(origin=origin, text="催办 0001", to_bot=True)
    world.store.run(lambda unit: dispatch(unit, world.desk, message, origin.event_id))

    assert world.case().chases == 1
