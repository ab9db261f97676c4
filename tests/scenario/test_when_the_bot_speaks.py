"""The table of what the bot does with plain words: every intent, wherever the case stands, twice."""

from dataclasses import dataclass

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import CaseType, Status
from bot.core.people import Level
from bot.services.hearing import Stand
from bot.services.intake import REPLIES
from bot.triage.reading import Intent
from tests.scenario.conftest import NewWorld
from tests.scenario.stage import EN, LEAD, MANAGER, SIDES, ZH, Ear, Side, brought_to, opened
from tests.scenario.world import FLAT, World

WORDS = {
    Intent.FAULT: ("另外，复印机的打印机坏了", "The printer on floor 2 is broken"),
    Intent.HOW_TO: ("怎么重置密码", "How do I reset my password?"),
    Intent.FEATURE_REQUEST: ("希望能增加导出功能", "Please add a dark mode"),
    Intent.COMPLAINT: ("你们的服务太差了，我要投诉", "I want to complain about your service"),
    Intent.CASE_STATUS: ("我的工单处理得怎么样了", "What is the status of my case?"),
    Intent.CLOSE_CONFIRM: ("好了", "It works now"),
    Intent.REOPEN: ("还是不行", "Still not working"),
    Intent.CHIT_CHAT: ("谢谢", "thanks"),
    Intent.OUT_OF_SCOPE: ("帮我订张机票", "Can you book me a flight?"),
}
STATUS = {Stand.WORKING: Status.OPEN, Stand.SOLVED: Status.SOLVED, Stand.CLOSED: Status.CLOSED}

CUSTOMER, OWNER, OWNERS_MAIL, CUSTOMERS_MAIL = "customer", "owner", "owner's mail", "customer's mail"
ENGINEERS = "engineers"


@dataclass(frozen=True, slots=True)
class Cell:
    """What words lead to: who is told what (in the case's language), whether a case is opened, its status."""

    told: tuple[tuple[str, str, str], ...] = ()
    opens: bool = False
    status: Status | None = None


CARD = (CUSTOMER, "· 已登记", "· registered")
NEW = (CARD, (ENGINEERS, "", ""), (OWNER, "交给您", "yours"), (OWNERS_MAIL, "交给您", "yours"))
TO_MANAGER = (MANAGER, "请您关注", "请您关注")
SAID = (ENGINEERS, "：", "：")
WROTE = (OWNER, "客户补充", "customer added")
ARTICLE = (CUSTOMER, "依据：", "Source: ")
DETAIL = (CUSTOMER, "C-20261120-0001 · ", "C-20261120-0001 · ")
BACK = (
    (CUSTOMER, "重新处理", "work resumed"),
    (OWNER, "客户重开", "reopened by the customer"),
    (OWNERS_MAIL, "客户重开", "reopened by the customer"),
    SAID,
)
CLOSED = (
    (CUSTOMER, "已关闭", "closed"),
    (CUSTOMER, "请评价", "how was it"),
    (CUSTOMERS_MAIL, "工单已关闭", "case closed"),
    (OWNER, "客户已确认解决", "the customer confirmed"),
    SAID,
)

OPENS = Cell(NEW, opens=True)
OPENS_FOR_MANAGER = Cell((*NEW, TO_MANAGER), opens=True)
COMPLAINS = Cell(
    (CARD, (MANAGER, "客户投诉", "客户投诉"), (f"mail {MANAGER}", "客户投诉", "客户投诉")), opens=True
)
NOTED = Cell((WROTE, SAID))
SILENCE = Cell()

TABLE = {
    (Intent.FAULT, Stand.NONE): OPENS,
    (Intent.FAULT, Stand.WORKING): NOTED,
    (Intent.FAULT, Stand.SOLVED): Cell(
        ((CUSTOMER, "现在问题解决了吗", "Is the problem solved now"), WROTE, SAID)
    ),
    (Intent.FAULT, Stand.CLOSED): Cell(((CUSTOMER, "已经关闭", "is closed"), WROTE, SAID)),
    (Intent.HOW_TO, Stand.NONE): Cell((ARTICLE,)),
    **{(Intent.HOW_TO, stand): Cell((ARTICLE, WROTE, SAID)) for stand in STATUS},
    **{(Intent.FEATURE_REQUEST, stand): OPENS_FOR_MANAGER for stand in Stand},
    **{(Intent.COMPLAINT, stand): COMPLAINS for stand in Stand},
    (Intent.CASE_STATUS, Stand.NONE): Cell(((CUSTOMER, "您没有进行中的工单", "You have no open case"),)),
    **{(Intent.CASE_STATUS, stand): Cell((DETAIL,)) for stand in STATUS},
    (Intent.CLOSE_CONFIRM, Stand.NONE): SILENCE,
    (Intent.CLOSE_CONFIRM, Stand.WORKING): Cell(((CUSTOMER, "可以关闭了吗", "May we close"), WROTE, SAID)),
    (Intent.CLOSE_CONFIRM, Stand.SOLVED): Cell(CLOSED, status=Status.CLOSED),
    (Intent.CLOSE_CONFIRM, Stand.CLOSED): NOTED,
    (Intent.REOPEN, Stand.NONE): OPENS,
    (Intent.REOPEN, Stand.WORKING): NOTED,
    (Intent.REOPEN, Stand.SOLVED): Cell(BACK, status=Status.OPEN),
    (Intent.REOPEN, Stand.CLOSED): Cell((*BACK, (LEAD, "客户重开", "客户重开")), status=Status.OPEN),
    (Intent.CHIT_CHAT, Stand.NONE): SILENCE,
    **{(Intent.CHIT_CHAT, stand): NOTED for stand in STATUS},
    (Intent.OUT_OF_SCOPE, Stand.NONE): SILENCE,
    **{(Intent.OUT_OF_SCOPE, stand): NOTED for stand in STATUS},
}
"""What each cell of the table does, seen from outside."""


def words(side: Side, intent: Intent) -> str:
    return WORDS[intent][SIDES.index(side)]


def names(side: Side) -> dict[str, str]:
    return {
        CUSTOMER: side.group,
        OWNER: side.owner,
        OWNERS_MAIL: f"mail {side.owner}",
        CUSTOMERS_MAIL: f"mail {side.customer}",
    }


def test_every_cell_of_the_table_has_a_scenario() -> None:
    assert TABLE.keys() == REPLIES.keys()


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize(("intent", "stand"), TABLE, ids=str)
def test_words_do_what_the_table_says_and_nobody_else_hears_of_it(
    world: World, side: Side, intent: Intent, stand: Stand
) -> None:
    cell, thread = TABLE[intent, stand], None
    if stand is not Stand.NONE:
        _, thread = brought_to(world, side, STATUS[stand])
    before = world.cases()
    ear = Ear(world)

    world.say(side.customer, words(side, intent), group=side.group, thread=thread)

    who = names(side)
    assert ear.everybody() == sorted(who.get(name, name) for name, *_ in cell.told)
    for name, *said in cell.told:
        wanted = said[SIDES.index(side)]
        assert any(wanted in text for text in ear.said_to(who.get(name, name)))
    assert len(world.cases()) == len(before) + cell.opens
    if before:
        assert world.case(before[0].key).status is (cell.status or before[0].status)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize(
    ("intent", "stand"),
    [(intent, stand) for intent in (Intent.FEATURE_REQUEST, Intent.COMPLAINT) for stand in STATUS],
    ids=str,
)
def test_a_wish_or_a_complaint_in_a_case_opens_another_linked_to_it(
    world: World, side: Side, intent: Intent, stand: Stand
) -> None:
    first, thread = brought_to(world, side, STATUS[stand])

    world.say(side.customer, words(side, intent), group=side.group, thread=thread)

    assert world.case().linked == first.key
    assert world.case().type is CaseType(intent.value)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize(
    ("intent", "zh", "en"),
    [
        (Intent.CHIT_CHAT, "您好，直接描述", "Hello. Simply say"),
        (Intent.OUT_OF_SCOPE, "抱歉，这件事不在", "Sorry, this is outside"),
        (Intent.CLOSE_CONFIRM, "", ""),
    ],
    ids=str,
)
def test_a_mention_is_answered_with_one_line_where_plain_words_are_not(
    world: World, side: Side, intent: Intent, zh: str, en: str
) -> None:
    ear = Ear(world)

    world.say(side.customer, f"@bot {words(side, intent)}", group=side.group)

    wanted = (zh, en)[SIDES.index(side)]
    assert ear.everybody() == ([side.group] if wanted else [])
    assert all(wanted in text for text in ear.said_to(side.group))


def test_the_bot_called_without_a_word_says_what_it_can_do(world: World) -> None:
    world.say("qin-shuyao", "@bot", group="huayue")

    assert "帮助" in world.in_group("huayue")[-1].text


# --- what starts nothing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["huayue", "bluebay"])
def test_what_staff_say_in_a_customers_group_starts_nothing(world: World, group: str) -> None:
    for texts in WORDS.values():
        for text in texts:
            world.say("he-miao", text, group=group)

    assert (world.cases(), world.every) == ((), [])


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_words_to_somebody_else_start_nothing(world: World, side: Side) -> None:
    world.say(side.customer, f"@he-miao {side.fault}", group=side.group)

    assert (world.cases(), world.every) == ((), [])


def test_words_to_the_bot_and_somebody_else_are_words_to_the_bot(world: World) -> None:
    world.say("qin-shuyao", "@bot 打印机坏了 @he-miao", group="huayue")

    assert len(world.cases()) == 1


def test_words_in_a_thread_about_no_case_start_nothing(world: World) -> None:
    world.say("qin-shuyao", "打印机坏了", group="huayue", thread="m-of-people")

    assert (world.cases(), world.every) == ((), [])


def test_where_only_mentions_are_read_other_words_start_nothing(world: World) -> None:
    world.say("fang-min", "打印机坏了", group="chengjiang")
    assert (world.cases(), world.every) == ((), [])

    world.say("fang-min", "@bot 打印机坏了", group="chengjiang")

    assert len(world.cases()) == 1


# --- joining ---------------------------------------------------------------------------------------------


def test_words_in_the_thread_join_its_case_days_later_too(world: World) -> None:
    case, thread = opened(world, ZH)
    world.wait(days=3)

    world.say("tang-kai", "隔壁的扫描仪坏了", group="huayue", thread=thread)

    assert [each.key for each in world.cases()] == [case.key]
    assert [fact.actor for fact in world.happened(FactKind.CUSTOMER_WROTE)] == ["tang-kai"]


@pytest.mark.parametrize(
    ("side", "minutes", "text", "joins"),
    [
        (ZH, 29, "扫描仪坏了", True),
        (ZH, 31, "扫描仪坏了", False),
        (ZH, 5, "新问题：扫描仪坏了", False),
        (ZH, 5, "另一个问题，扫描仪坏了", False),
        (EN, 29, "The scanner is broken", True),
        (EN, 31, "The scanner is broken", False),
        (EN, 5, "New issue: the scanner is broken", False),
        (EN, 5, "Another problem: the scanner is broken", False),
    ],
)
def test_without_threads_a_persons_words_join_what_they_said_half_an_hour_ago(
    new_world: NewWorld, side: Side, minutes: int, text: str, *, joins: bool
) -> None:
    world = new_world(FLAT)
    world.say(side.customer, f"@bot {side.fault}", group=side.group)
    world.wait(minutes=minutes)

    world.say(side.customer, f"@bot {text}", group=side.group)

    assert len(world.cases()) == (1 if joins else 2)


def test_without_threads_another_persons_words_are_another_case(new_world: NewWorld) -> None:
    world = new_world(FLAT)
    world.say("qin-shuyao", "@bot 打印机坏了", group="huayue")

    world.say("tang-kai", "@bot 扫描仪坏了", group="huayue")

    assert len(world.cases()) == 2


@pytest.mark.parametrize(
    ("side", "label"), [(ZH, "另一个问题"), (EN, "Another problem")], ids=lambda each: str(each)[:2]
)
def test_what_joined_by_mistake_becomes_a_case_of_its_own_by_one_press(
    new_world: NewWorld, side: Side, label: str
) -> None:
    world = new_world(FLAT)
    world.say(side.customer, f"@bot {side.fault}", group=side.group)
    world.say(side.customer, f"@bot {words(side, Intent.FAULT)}", group=side.group)

    world.press(side.customer, label)

    assert [case.brief for case in world.cases()] == [words(side, Intent.FAULT), side.fault]


GRAVE = {ZH.language: "系统瘫痪，全公司无法工作", EN.language: "The portal is down for everyone"}


@pytest.mark.parametrize(
    ("side", "label"), [(ZH, "另一个问题"), (EN, "Another problem")], ids=lambda each: str(each)[:2]
)
def test_a_fault_in_a_group_with_a_live_urgent_case_joins_it_and_may_still_become_another(
    world: World, side: Side, label: str
) -> None:
    opened(world, side, GRAVE[side.language])
    assert world.case().level is Level.CRITICAL

    world.say(side.customer, side.fault, group=side.group)
    assert len(world.cases()) == 1
    world.press(side.customer, label)

    assert [case.brief for case in world.cases()] == [side.fault, GRAVE[side.language]]


def test_an_urgent_case_of_one_customer_takes_up_no_fault_of_another(world: World) -> None:
    opened(world, ZH, GRAVE[ZH.language])

    opened(world, EN)

    assert len(world.cases()) == 2


@pytest.mark.parametrize(
    ("side", "question", "verb"),
    [(ZH, "您说的是哪一张工单", "催办"), (EN, "Which case do you mean", "chase")],
    ids=["zh", "en"],
)
def test_of_several_live_cases_one_is_chosen_by_a_button(
    world: World, side: Side, question: str, verb: str
) -> None:
    first, _ = opened(world, side)
    second, _ = opened(world, side, words(side, Intent.FAULT))
    ear = Ear(world)

    world.say(side.customer, f"@bot {verb}", group=side.group)
    assert ear.everybody() == [side.group]
    assert question in ear.said_to(side.group)[0]
    world.press(side.customer, str(first.key))

    assert (world.case(first.key).chases, world.case(second.key).chases) == (1, 0)


def test_it_works_now_outside_a_thread_asks_which_of_several_solved_cases(world: World) -> None:
    first, _ = opened(world, ZH)
    second, _ = opened(world, ZH, "扫描仪坏了")
    for case in (first, second):
        world.command("lin-xiaobei", f"解决 {case.key} 换了电源")

    world.say("qin-shuyao", "好了", group="huayue")
    world.press("qin-shuyao", str(second.key))

    assert (world.case(first.key).status, world.case(second.key).status) == (Status.SOLVED, Status.CLOSED)


# --- who pays, who is bound --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "group", "why"),
    [("shi-lei", "yuanshan", "服务合同不在服务期内"), ("访客", "nowhere", "还没有对应的服务合同")],
)
def test_without_a_contract_in_force_a_case_is_opened_promises_nothing_and_the_lead_is_told(
    world: World, who: str, group: str, why: str
) -> None:
    ear = Ear(world)

    world.say(who, "打印机坏了", group=group)

    assert world.case().promises == ()
    card = ear.said_to(group)[0]
    assert why in card
    assert "主管已收到通知" in card
    assert not any(word in card for word in ("响应：", "解决：", "到达现场："))
    assert "没有承诺时间的工单" in ear.said_to(LEAD)[0]
    world.wait(days=2)
    assert world.happened(FactKind.RUNG_REACHED) == []
    assert world.happened(FactKind.BREACHED) == []


# --- an unclear impact -------------------------------------------------------------------------------------

UNCLEAR = {ZH.language: "生产系统打不开了", EN.language: "The portal does not open"}


@pytest.mark.parametrize(
    ("side", "question", "button", "provisional"),
    [(ZH, "业务还能继续吗", "还能继续", "暂定"), (EN, "Can work go on", "It goes on", "provisional")],
    ids=["zh", "en"],
)
def test_an_unclear_impact_is_one_question_and_the_worse_reading_meanwhile(
    world: World, side: Side, question: str, button: str, provisional: str
) -> None:
    ear = Ear(world)
    opened(world, side, UNCLEAR[side.language])

    assert (world.case().level, world.case().provisional) == (Level.CRITICAL, True)
    assert sum(question in text for text in ear.said_to(side.group)) == 1
    assert any(provisional in text for text in ear.said_to(side.group))
    world.press(side.customer, button)

    assert (world.case().level, world.case().provisional) == (Level.SEVERE, False)
    assert world.happened(FactKind.LEVELLED)[0].data["was_provisional"] is True
    assert world.case().asked == ""


@pytest.mark.parametrize(
    ("side", "answer", "level"),
    [
        (ZH, "还能正常用，就是慢", Level.SEVERE),
        (ZH, "完全停了，没法干活", Level.CRITICAL),
        (EN, "We can still work", Level.SEVERE),
        (EN, "Everybody is affected", Level.CRITICAL),
    ],
)
def test_the_impact_is_told_in_the_persons_own_words_too_and_no_reason_is_asked(
    world: World, side: Side, answer: str, level: Level
) -> None:
    _, thread = opened(world, side, UNCLEAR[side.language])

    world.say(side.customer, answer, group=side.group, thread=thread)

    assert (world.case().level, world.case().provisional) == (level, False)
    assert len(world.cases()) == 1


def test_an_answer_given_already_is_answered_with_what_became_of_the_case(world: World) -> None:
    opened(world, ZH, UNCLEAR[ZH.language])
    line, button = world.button("qin-shuyao", "完全停了")
    world.press("qin-shuyao", "还能继续")

    world.push("tang-kai", (line, button))

    assert world.case().level is Level.SEVERE
    assert "按钮出现之后工单有了变化" in world.in_group("huayue")[-1].text


# --- a person, please --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "label"), [(ZH, "转人工"), (EN, "Ask a person")], ids=lambda each: str(each)[:2]
)
@pytest.mark.parametrize("by_words", [False, True])
def test_a_person_asked_for_gets_the_question_and_the_time_it_was_asked_at(
    world: World, side: Side, label: str, *, by_words: bool
) -> None:
    asked_at = world.clock.now()
    question = words(side, Intent.HOW_TO)
    thread = world.say(side.customer, question, group=side.group)
    world.wait(minutes=20)

    if by_words:
        verb = "转人工" if side is ZH else "human"
        world.say(side.customer, f"@bot {verb}", group=side.group, thread=thread)
    else:
        world.press(side.customer, label)

    assert (world.case().brief, world.case().opened_at) == (question, asked_at)


def test_none_of_the_offered_titles_is_a_case(world: World) -> None:
    world.say("qin-shuyao", "怎么查看日志的大小", group="huayue")
    assert world.cases() == ()

    world.press("qin-shuyao", "都不是，转人工")

    assert world.case().brief == "怎么查看日志的大小"


def test_an_offered_title_is_answered_when_pressed_and_help_that_helped_opens_nothing(world: World) -> None:
    world.say("qin-shuyao", "怎么查看日志的大小", group="huayue")
    title = world.in_group("huayue")[-1].buttons[0].label

    world.press("qin-shuyao", title)
    assert world.in_group("huayue")[-1].text.startswith(title)
    world.press("qin-shuyao", "有帮助")

    assert world.in_group("huayue")[-1].text == "好的，很高兴能帮上忙。"
    assert world.cases() == ()


# --- direct conversations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_said_directly_words_need_no_mention_and_the_contract_is_the_persons_own(
    world: World, side: Side
) -> None:
    world.say(side.customer, side.fault)

    case = world.case()
    assert case.contract is not None
    assert case.promises
    assert case.key in world.told(side.customer)[0].text
    assert world.in_group(side.group) == []


def test_greeted_directly_the_bot_answers(world: World) -> None:
    world.say("oliver-grant", "Hello")

    assert world.told("oliver-grant")[0].text.startswith("Hello.")


def test_staff_who_ask_directly_are_answered_from_the_knowledge_base_and_open_nothing(world: World) -> None:
    world.say("lin-xiaobei", "怎么重置密码")

    assert "依据：" in world.told("lin-xiaobei")[0].text
    assert world.cases() == ()


def test_staff_words_below_the_engineers_card_are_internal(world: World) -> None:
    opened(world, ZH)
    card = world.in_group("engineers")[-1]
    ear = Ear(world)

    world.say("lin-xiaobei", "我怀疑是电源", group="engineers", thread=card.ref)

    assert [fact.text for fact in world.happened(FactKind.NOTED_INTERNALLY)] == ["我怀疑是电源"]
    assert ear.everybody() == []


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_staff_words_in_the_customers_thread_are_the_response(world: World, side: Side) -> None:
    case, thread = opened(world, side)
    ear = Ear(world)

    world.say(side.owner, "42", group=side.group, thread=thread)

    assert world.case(case.key).status is Status.ACKNOWLEDGED
    assert world.case(case.key).answered_at == world.clock.now()
    assert ear.everybody() == []


def test_the_words_of_the_table_mean_what_they_are_there_for(world: World) -> None:
    for side in SIDES:
        for intent in Intent:
            assert world.desk.triage.understand(words(side, intent)).intent is intent
        assert world.desk.triage.understand(side.fault).level is Level.MINOR
