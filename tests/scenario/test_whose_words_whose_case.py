"""Which case words belong to, what they do to it, and who gets it."""

from dataclasses import replace

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Case, CaseType, Status
from bot.cases.triggers import Trigger, TriggerKind
from bot.core.errors import UserError
from bot.core.people import ContractId, Language, Level, PersonId, Role
from bot.services.cases import reopen
from tests.scenario.stage import MANAGER, ZH, brought_to
from tests.scenario.world import LOCAL, World

DOWN = "核心数据库无法启动，全校业务停了"
ODD = "一台打印机偶尔脱机"
PORTAL = "The portal shows error 500 for one user"


def report(world: World, who: str = "qin-shuyao", *, group: str = "huayue", text: str = ODD) -> Case:
    world.heard.append(text)
    world.command(who, f"new {text}", group=group)
    return world.case()


def said(world: World, kind: TriggerKind, text: str = "…") -> Trigger:
    return Trigger(kind=kind, by=PersonId("lin-xiaobei"), said_at=world.clock.now(), text=text)


# --- words -----------------------------------------------------------------------------------------------


def test_thanks_is_a_word_but_not_the_answer_a_case_waits_for(world: World) -> None:
    case = report(world)
    world.command("lin-xiaobei", f"wait {case.key} customer", group="engineers")

    world.say("qin-shuyao", "谢谢", group="huayue", thread=case.place.thread)
    assert world.case().status is Status.WAITING
    world.say("qin-shuyao", "打印机还是脱机，日志里有报错 0x61", group="huayue", thread=case.place.thread)

    assert world.case().status is Status.ACKNOWLEDGED


@pytest.mark.parametrize(
    "words", ["好了", "还是不行", "进度怎么样了", "三楼的也坏了", "打印机坏了，只有我一个人"]
)
@pytest.mark.parametrize("who", ["somebody", "oliver-grant"])
def test_below_the_engineers_card_nobody_speaks_for_the_customer(world: World, who: str, words: str) -> None:
    case, _ = brought_to(world, ZH, Status.SOLVED)
    lines = len(world.lines)

    world.say(who, words, group="engineers", thread=world.in_group("engineers")[0].ref)

    assert (world.case().key, world.case().version) == (case.key, case.version)
    assert len(world.lines) == lines


@pytest.mark.parametrize("words", ["好了", "还是不行", "进度怎么样了", "三楼的也坏了"])
def test_another_customers_people_have_no_say_in_a_thread(world: World, words: str) -> None:
    case, thread = brought_to(world, ZH, Status.SOLVED)
    lines = len(world.lines)

    world.say("oliver-grant", words, group="huayue", thread=thread)

    assert (world.case().key, world.case().version) == (case.key, case.version)
    assert len(world.lines) == lines


def test_a_group_that_became_another_customers_joins_no_case_of_the_first(world: World) -> None:
    world.say("qin-shuyao", DOWN, group="huayue")
    world.command("song-yi", "bind chengjiang", group="huayue")

    world.say("访客", "打印机坏了，只有我一个人", group="huayue")

    assert {case.customer for case in world.cases()} == {"huayue", "chengjiang"}


def test_in_an_unknown_group_a_colleague_has_a_say_in_the_thread(world: World) -> None:
    thread = world.say("访客", "打印机坏了，只有我一个人", group="unheard-of")

    more = world.say("同事", "三楼的也坏了", group="unheard-of", thread=thread)
    world.edit("同事", more, "四楼的也坏了", group="unheard-of", thread=thread)

    assert [fact.text for fact in world.happened(FactKind.CUSTOMER_WROTE)] == ["三楼的也坏了"]
    assert [fact.text for fact in world.happened(FactKind.EDITED)] == ["四楼的也坏了"]


def test_a_customer_writing_while_the_vendor_is_waited_for_ends_no_wait(world: World) -> None:
    case = report(world)
    world.command("lin-xiaobei", f"wait {case.key} vendor", group="engineers")

    world.say("qin-shuyao", "打印机还是脱机", group="huayue", thread=case.place.thread)

    assert world.case().status is Status.WAITING
    assert len(world.happened(FactKind.CUSTOMER_WROTE)) == 1


def test_words_in_the_thread_of_a_merged_case_belong_to_the_one_it_lives_on_in(world: World) -> None:
    first = report(world)
    second = report(world, "tang-kai")
    third = report(world, "tang-kai", text="扫描仪卡纸")
    for source, target in ((first, second), (second, third)):
        world.command("lin-xiaobei", f"merge {source.key} {target.key}", group="engineers")

    world.say("qin-shuyao", "打印机又脱机了，报错 0x61", group="huayue", thread=first.place.thread)

    assert len(world.cases()) == 3
    assert [fact.text for fact in world.happened(FactKind.CUSTOMER_WROTE, third)] == [
        "打印机又脱机了，报错 0x61"
    ]


def test_a_colleague_below_a_message_that_joined_a_case_reaches_that_case(world: World) -> None:
    report(world, text=DOWN)
    joined = world.say("qin-shuyao", "财务系统也打不开", group="huayue")

    world.say("tang-kai", "我这里报错 0x61", group="huayue", thread=joined)

    assert len(world.cases()) == 1
    assert [fact.text for fact in world.happened(FactKind.CUSTOMER_WROTE)][-1] == "我这里报错 0x61"


@pytest.mark.parametrize("text", ["又坏了，门户打不开", "扫描仪卡纸，扫不了", "还是不行"])
@pytest.mark.parametrize("end", ["ended", "cancelled"])
def test_a_fault_in_the_thread_of_a_case_that_is_over_opens_a_linked_one(
    world: World, text: str, end: str
) -> None:
    case, thread = brought_to(world, ZH, Status(end))

    world.say("qin-shuyao", text, group="huayue", thread=thread)

    assert (world.case().linked, world.case().status) == (case.key, Status.OPEN)
    assert world.case(case.key).status is Status(end)


def test_a_fault_after_an_urgent_case_was_solved_is_a_new_case(world: World) -> None:
    case = report(world, text=DOWN)
    world.command("lin-xiaobei", f"solve {case.key} 换了电源", group="engineers")

    world.say("tang-kai", "教务系统打不开，全校选课停了", group="huayue")

    assert len(world.cases()) == 2


def test_staff_words_in_an_unbound_group_answer_the_customer_there(world: World) -> None:
    case = report(world, "路人甲", group="somewhere")

    world.say("lin-xiaobei", "我看一下日志", group="somewhere", thread=case.place.thread)

    assert [fact.kind for fact in world.facts()][-1] is FactKind.STAFF_WROTE


# --- a person instead of the bot -------------------------------------------------------------------------


def test_a_person_is_wanted_for_what_was_asked_since_the_last_case_only(world: World) -> None:
    world.say("qin-shuyao", "@bot 怎么申请新的VPN账号？", group="huayue")
    world.wait(minutes=5)
    world.command("qin-shuyao", "human", group="huayue")
    opened_at = world.case().opened_at
    world.wait(minutes=30)

    world.command("qin-shuyao", "human 还有一件事要当面说", group="huayue")

    again = world.case()
    assert again.opened_at == world.clock.now() > opened_at


# --- opening ---------------------------------------------------------------------------------------------


def test_what_is_down_again_with_nothing_to_reopen_is_as_bad_as_if_it_were_new(world: World) -> None:
    world.say("oliver-grant", "@bot The portal is down again", group="bluebay")

    assert world.case().level is Level.CRITICAL


def test_a_case_reported_for_a_customer_speaks_their_language_and_mails_no_engineer(world: World) -> None:
    world.heard.append(PORTAL)
    world.command("lin-xiaobei", f"new for bluebay {PORTAL}", group="engineers")

    case = world.case()

    assert (case.customer, case.place.conversation) == ("bluebay", "g:bluebay")
    assert case.language is Language.EN
    assert (case.reporter.email, case.reporter.phone, case.reporter.sender) == ("", "", None)


def test_staff_reporting_in_the_customers_own_conversation_open_the_case_right_there(world: World) -> None:
    case = report(world, "lin-xiaobei", group="bluebay", text=PORTAL)

    assert (case.customer, case.place.conversation, case.language) == ("bluebay", "g:bluebay", Language.EN)
    assert case.place.thread is not None


def test_the_contracts_specialist_is_asked_first_and_others_by_the_rota(world: World) -> None:
    portal = report(world, "oliver-grant", group="bluebay")
    network = report(world, "fang-min", group="chengjiang")
    first, *_ = world.configuration.directory.on_call(Role.ENGINEER, world.clock.now())

    assert (portal.owner, network.owner) == ("eve-turner", first)
    world.wait(days=7)
    assert report(world, "oliver-grant", group="bluebay").owner == "eve-turner"
    assert report(world, "fang-min", group="chengjiang").owner != first


def test_where_nobody_is_an_engineer_the_lead_gets_the_case(world: World) -> None:
    directory = world.configuration.directory
    people = {
        key: replace(person, roles=person.roles - {Role.ENGINEER, Role.SPECIALIST})
        for key, person in directory.people.items()
    }
    empty = replace(directory, people=people, rota=())
    world.desk = replace(world.configuration, directory=empty).desk({LOCAL: world.capabilities})

    assert report(world, "fang-min", group="chengjiang").owner == "zhou-lan"


# --- merging and coming back -----------------------------------------------------------------------------


def test_a_merge_that_cannot_be_changes_neither_case(world: World) -> None:
    done = report(world)
    world.command("lin-xiaobei", f"cancel {done.key} 误报", group="engineers")
    live = report(world, "tang-kai")
    before = world.cases()

    for source, target in ((done, live), (live, done)):
        world.command("lin-xiaobei", f"merge {source.key} {target.key}", group="engineers")

    assert world.cases() == before


def test_cases_of_two_unknown_groups_are_not_merged(world: World) -> None:
    one = report(world, "路人甲", group="somewhere")
    two = report(world, "路人乙", group="elsewhere")

    world.command("lin-xiaobei", f"merge {one.key} {two.key}", group="engineers")

    assert {case.status for case in world.cases()} == {Status.OPEN}


def test_a_cancelled_case_is_never_reopened_however_late(world: World) -> None:
    case = report(world)
    world.command("lin-xiaobei", f"cancel {case.key} 误报", group="engineers")
    world.wait(days=40)

    with pytest.raises(UserError, match=r"refused\.cancelled"):
        world.store.run(lambda unit: reopen(unit, world.desk, case.key, said(world, TriggerKind.REOPEN)))


def test_after_the_month_a_reopening_is_a_new_case_under_the_same_contract(world: World) -> None:
    with_an_older_contract(world, ContractId("huayue-campus"))
    case = report(world)
    world.command("lin-xiaobei", f"solve {case.key} 换了网线", group="engineers")
    world.command("qin-shuyao", f"confirm {case.key}", group="huayue")
    world.wait(days=40)

    after = world.store.run(lambda unit: reopen(unit, world.desk, case.key, said(world, TriggerKind.REOPEN)))

    assert (after.linked, after.contract, after.customer) == (case.key, "huayue-campus", "huayue")
    assert after.opened_at == world.clock.now()
    assert world.case(case.key).status is Status.ENDED


def with_an_older_contract(world: World, than: ContractId) -> None:
    """Give the contract's customer a second one, in service too and first in the file."""
    directory = world.configuration.directory
    newer = directory.contracts[than]
    older = replace(newer, id=ContractId("older"))
    customer = replace(directory.customers[newer.customer], contracts=(older.id, newer.id))
    both = replace(
        directory,
        customers={**directory.customers, customer.id: customer},
        contracts={**directory.contracts, older.id: older},
    )
    world.desk = replace(world.configuration, directory=both).desk({LOCAL: world.capabilities})


def test_a_complaint_is_the_managers_and_the_engineers_see_no_card_of_it(world: World) -> None:
    world.heard.append("我要投诉，你们的工程师态度太差")
    world.say("qin-shuyao", "我要投诉，你们的工程师态度太差", group="huayue")

    case = world.case()
    world.wait(minutes=65)

    assert (case.type, case.owner) == (CaseType.COMPLAINT, MANAGER)
    assert world.in_group("engineers") == []
    assert world.case().owner == MANAGER
    assert len(world.told(MANAGER)) >= 2
