"""What becomes of questions on every platform, and what those who keep articles learn of it."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.cases.facts import FactKind
from bot.core.people import PersonId, PlatformName
from bot.kb.wanted import Todo
from bot.ports import Somebody
from bot.services.learning import Asking, askings, put_down_figures
from bot.services.todo import todo
from tests.scenario.bridge import DINGTALK, SLACK, apart
from tests.scenario.conftest import NewWorld
from tests.scenario.stage import ZH, Ear, Side
from tests.scenario.world import LOCAL, World

KNOWN, VAGUE, UNKNOWN = "怎么重置密码", "怎么查看日志的大小", "怎么布置会议室桌椅"
ENGINEER, GROUP = "lin-xiaobei", "engineers"


@pytest.fixture(params=[LOCAL, SLACK, DINGTALK])
def anywhere(request: pytest.FixtureRequest, new_world: NewWorld) -> World:
    """The demo's desk in the local chat, or with its customers on Slack or DingTalk."""
    home: PlatformName = request.param
    staff = SLACK if home == DINGTALK else DINGTALK
    return new_world() if home == LOCAL else new_world(setting=apart(home, staff))


def asked(world: World, question: str, side: Side = ZH, who: str = "") -> str:
    """Let a customer ask in their group and return what the group is told."""
    ear = Ear(world)
    world.say(who or side.customer, f"@bot {question}", group=side.group)
    return "\n".join(ear.said_to(side.group))


def press(world: World, label: str, who: str = ZH.customer) -> str:
    """Let somebody press a button, or write its verb where there are none."""
    ear = Ear(world)
    world.press(who, label)
    return "\n".join(ear.said_to(ZH.group))


def learned(world: World) -> tuple[Asking, ...]:
    """Return what is known of every question."""
    now = world.clock.now()
    return world.store.read(
        lambda unit: askings(unit, world.desk, now - timedelta(days=20), now + timedelta(seconds=1))
    )


def newest(world: World) -> str:
    """Return the article that was edited last."""
    return world.store.read(lambda unit: unit.articles.edits())[-1].article


def to_do(world: World) -> Todo:
    return world.store.read(lambda unit: todo(unit, world.desk))


# --- answered, offered, unknown ---------------------------------------------------------------------------


def test_an_answer_has_title_text_source_age_and_the_way_to_a_person(anywhere: World) -> None:
    said = asked(anywhere, KNOWN)

    for words in ("忘记密码怎么重置？", "忘记密码", "依据：", "更新于", "[转人工]"):
        assert words in said
    assert anywhere.cases() == ()


def test_what_helped_is_deflected_and_opens_nothing(anywhere: World) -> None:
    asked(anywhere, KNOWN)

    assert "很高兴" in press(anywhere, "有帮助")
    assert anywhere.cases() == ()
    [asking] = learned(anywhere)
    assert (asking.outcome, asking.helped, asking.deflected, asking.badly) == ("answered", True, True, False)


def test_what_did_not_help_leads_to_a_person_who_sees_the_conversation(anywhere: World) -> None:
    asked(anywhere, KNOWN)
    assert "抱歉" in press(anywhere, "没有帮助")

    label = next(
        button.label for button in anywhere.in_group(ZH.group)[-1].buttons if "转人工" in button.label
    )
    press(anywhere, label)

    case = anywhere.case()
    assert case.brief == KNOWN
    [note] = anywhere.happened(FactKind.NOTED_INTERNALLY, case)
    assert "问“怎么重置密码”，答了：" in note.text
    assert "表示没有帮助" in note.text
    [asking] = learned(anywhere)
    assert (asking.unhelped, asking.case, asking.deflected, asking.badly) == (True, case.key, False, True)


def test_an_offered_title_shows_its_own_article(anywhere: World) -> None:
    assert "您想问的是哪一个" in asked(anywhere, VAGUE)
    title = anywhere.in_group(ZH.group)[-1].buttons[0].label

    assert press(anywhere, title).startswith(title)
    press(anywhere, "有帮助")

    [asking] = learned(anywhere)
    assert (asking.outcome, asking.shown != "", asking.deflected) == ("offered", True, True)


def test_none_of_these_is_a_case_with_the_conversation(anywhere: World) -> None:
    asked(anywhere, VAGUE)
    press(anywhere, "都不是，转人工")

    assert anywhere.case().brief == VAGUE
    [note] = anywhere.happened(FactKind.NOTED_INTERNALLY)
    assert f"问“{VAGUE}”，给出可选：" in note.text
    [asking] = learned(anywhere)
    assert (asking.badly, asking.followed) == (True, True)


def test_a_question_nothing_answers_is_a_case_and_remembered_as_unanswered(anywhere: World) -> None:
    assert "没有找到答案，已为您转给工程师" in asked(anywhere, UNKNOWN)

    assert anywhere.case().brief == UNKNOWN
    [asking] = learned(anywhere)
    assert (asking.outcome, asking.case) == ("unknown", anywhere.case().key)


OUTAGE, SINGLE = "VPN 691 连不上，全公司都用不了", "VPN 报错误 691 连不上"


@pytest.mark.parametrize("fault", [OUTAGE, SINGLE])
def test_a_fault_is_a_case_and_the_article_goes_along_with_it(anywhere: World, fault: str) -> None:
    said = asked(anywhere, fault)

    assert len(anywhere.cases()) == 1
    for words in ("已为您开单", "VPN 报错误 691 怎么办？", "依据："):
        assert words in said
    assert "[转人工]" not in said
    [asking] = learned(anywhere)
    assert (asking.outcome, asking.deflected) == ("along", False)


def test_an_outage_that_no_article_knows_is_a_case_alone(anywhere: World) -> None:
    said = asked(anywhere, "大屏幕黑屏了，全公司都用不了")

    assert len(anywhere.cases()) == 1
    assert "更新于" not in said
    assert learned(anywhere) == ()


def test_an_article_for_another_customer_is_neither_shown_nor_offered_nor_read(anywhere: World) -> None:
    anywhere.command(ENGINEER, f"知识库 新增 {UNKNOWN} | 扫门口的码。", group=GROUP)
    name = newest(anywhere)
    anywhere.command(ENGINEER, f"知识库 修改 {name} 客户 bluebay", group=GROUP)

    assert "扫门口的码" not in asked(anywhere, UNKNOWN)
    ear = Ear(anywhere)
    anywhere.command(ZH.customer, f"知识库 read {name}", group=ZH.group)
    assert "没有知识条目" in "\n".join(ear.said_to(ZH.group))

    anywhere.command(ENGINEER, f"知识库 修改 {name} 客户 huayue", group=GROUP)
    assert "扫门口的码" in asked(anywhere, f"知识 {UNKNOWN}")


# --- what is learned --------------------------------------------------------------------------------------


def test_a_case_within_a_day_takes_the_deflection_back(world: World) -> None:
    asked(world, KNOWN)
    press(world, "有帮助")
    world.wait(hours=20)
    world.say(ZH.customer, "@bot 报障 密码还是登不上", group=ZH.group)

    [asking] = [each for each in learned(world) if each.question == KNOWN]
    assert (asking.helped, asking.followed, asking.deflected) == (True, True, False)


def test_a_case_two_days_later_has_nothing_to_do_with_it(world: World) -> None:
    asked(world, KNOWN)
    press(world, "有帮助")
    world.wait(hours=25)
    world.say(ZH.customer, "@bot 报障 打印机坏了", group=ZH.group)

    assert learned(world)[0].deflected


def test_silence_is_no_deflection_and_staff_are_not_counted(world: World) -> None:
    asked(world, KNOWN)
    world.say(ENGINEER, KNOWN)

    [asking] = learned(world)
    assert (asking.person, asking.deflected, asking.badly) == (ZH.customer, False, False)


def test_figures_of_a_day_outlive_its_words(world: World) -> None:
    asked(world, KNOWN)
    press(world, "有帮助")
    asked(world, UNKNOWN, who="tang-kai")
    day = world.clock.now().date()
    world.wait(days=2)

    world.store.run(lambda unit: put_down_figures(unit, world.desk))

    def figures(article: str) -> Mapping[str, int]:
        found = world.store.read(lambda unit: unit.articles.tallies(day, day))
        return next(each.figures for each in found if each.article == article)

    well = {"asked": 1, "answered": 1, "helped": 1, "deflected": 1}
    assert figures("reset-password") == well
    assert figures("") == {**well, "asked": 2, "unknown": 1, "followed": 1}


def test_what_is_asked_most_and_not_answered_comes_first(world: World) -> None:
    for words in (UNKNOWN, "怎么布置会议室的桌椅", "请问怎么布置会议室桌椅？"):
        world.wait(hours=1)
        asked(world, f"知识 {words}")
    asked(world, "知识 哪里可以领雨伞")

    first, second = to_do(world).gaps
    assert (first.times, first.unanswered, first.people) == (3, 3, 1)
    assert (second.question, second.times) == ("哪里可以领雨伞", 1)
    said = Ear(world)
    world.command(ENGINEER, "知识库 待办", group=GROUP)
    assert "没有好答案的问题" in "\n".join(said.said_to(GROUP))


def test_what_did_not_help_names_the_article_that_was_given(world: World) -> None:
    asked(world, KNOWN)
    press(world, "没有帮助")

    [gap] = to_do(world).gaps
    assert (gap.badly, gap.given) == (1, ("reset-password",))
    ear = Ear(world)
    world.command(ENGINEER, "知识库 待办", group=GROUP)
    assert "给的是 reset-password" in "\n".join(ear.said_to(GROUP))


def test_words_with_private_data_are_no_alias(world: World) -> None:
    world.command(ENGINEER, f"知识库 新增 {UNKNOWN} | 扫门口的码。", group=GROUP)
    asked(world, "知识 大屏幕要占住，打 13912345678")
    world.wait(minutes=1)
    asked(world, f"知识 {UNKNOWN}")

    assert to_do(world).aliases == ()


def test_a_question_that_was_written_an_answer_for_is_done(world: World) -> None:
    asked(world, f"知识 {UNKNOWN}")
    assert len(to_do(world).gaps) == 1

    world.command(ENGINEER, f"知识库 新增 {UNKNOWN} | 扫门口的码。", group=GROUP)

    assert to_do(world).gaps == ()


def test_an_unanswered_question_that_was_solved_as_a_case_is_drafted_with_one_press(world: World) -> None:
    asked(world, UNKNOWN)
    case = world.case()
    world.command(ENGINEER, f"ack {case.key}", group=GROUP)
    world.command(ENGINEER, f"solve {case.key} 扫会议室门口的二维码预约桌椅。", group=GROUP)
    world.command(ENGINEER, "知识库 待办", group=GROUP)

    world.press(ENGINEER, f"从 {case.key} 起草")

    assert "扫会议室门口的二维码" in world.in_group(GROUP)[-1].text
    assert to_do(world).drafts == ((1, case.key),)


def test_words_that_found_their_article_at_the_second_try_may_become_an_alias(world: World) -> None:
    world.command(ENGINEER, f"知识库 新增 {UNKNOWN} | 扫门口的码。", group=GROUP)
    asked(world, "知识 大屏幕那个东西要提前占住")
    world.wait(minutes=1)
    asked(world, f"知识 {UNKNOWN}")

    [alias] = to_do(world).aliases

    assert (alias.article, alias.words) == (newest(world), "大屏幕那个东西要提前占住")


def test_a_title_chosen_from_an_offer_makes_an_alias_with_one_press(world: World) -> None:
    asked(world, VAGUE)
    press(world, world.in_group(ZH.group)[-1].buttons[0].label)
    [alias] = to_do(world).aliases
    world.command(ENGINEER, "知识库 待办", group=GROUP)

    world.press(ENGINEER, f"加别名：{VAGUE}")

    article = world.store.read(world.desk.shelf.articles)[alias.article]
    assert VAGUE in article.questions(alias.language)
    assert to_do(world).aliases == ()


def test_private_data_in_questions_is_not_shown_to_who_keeps_articles(world: World) -> None:
    asked(world, "知识 我的号码 13912345678 怎么开通国际漫游")

    [gap] = to_do(world).gaps
    assert "13912345678" not in gap.question


def test_an_erased_persons_questions_are_gone(world: World) -> None:
    asked(world, f"知识 {UNKNOWN}")
    world.store.run(lambda unit: unit.keeping.erase(Somebody(persons=frozenset({PersonId(ZH.customer)}))))

    assert learned(world) == ()


def test_nothing_to_do_is_said(world: World) -> None:
    world.wait(minutes=1)
    stale = to_do(world)
    ear = Ear(world)
    world.command(ENGINEER, "知识库 待办", group=GROUP)

    assert ("没有要处理的" in "\n".join(ear.said_to(GROUP))) == stale.nothing


# --- the report -------------------------------------------------------------------------------------------


def test_a_report_counts_by_article_and_by_question(world: World) -> None:
    asked(world, KNOWN)
    press(world, "有帮助")
    world.wait(minutes=1)
    asked(world, f"{KNOWN}？")
    asked(world, f"知识 {UNKNOWN}")
    ear = Ear(world)

    world.command(ENGINEER, "知识库 统计 7", group=GROUP)

    said = "\n".join(ear.said_to(GROUP))
    assert "提问 3 次：答复 2，给出选项 0，没有答案 1。有帮助 1" in said
    assert "确实挡下工单 1" in said
    assert f"{KNOWN}？：2 次；答复 2" in said
    assert "reset-password：被问到 2 次" in said
    assert f"{UNKNOWN}：1 次；答复 0，给出选项 0，没有答案 1" in said


def test_a_report_takes_private_data_out_of_questions(world: World) -> None:
    asked(world, "知识 我的号码 13912345678 怎么开通国际漫游")
    ear = Ear(world)

    world.command(ENGINEER, "知识库 统计", group=GROUP)

    said = "\n".join(ear.said_to(GROUP))
    assert "漫游" in said
    assert "13912345678" not in said


@pytest.mark.parametrize("days", ["0", "400", "七天"])
def test_a_report_on_no_days_is_refused_with_the_right_form(world: World, days: str) -> None:
    ear = Ear(world)

    world.command(ENGINEER, f"知识库 统计 {days}", group=GROUP)

    assert "1 到 366 之间的天数" in "\n".join(ear.said_to(GROUP))


def test_customers_are_not_shown_what_others_asked(world: World) -> None:
    asked(world, KNOWN)
    said = asked(world, "知识库 统计")

    assert said
    assert "提问" not in said
