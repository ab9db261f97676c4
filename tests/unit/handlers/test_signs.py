"""Signs that staff put on a message do what a button below it would."""

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Status
from bot.core.inbound import Sign
from tests.scenario.world import World

FAULT = "核心交换机断网了，全校都上不了网"
WORDS = "你们上次说的那个备用线路，后来有下文吗"


@pytest.fixture
def world() -> World:
    """A desk with one case of Huayue University, opened in its group, owned by Lin Xiaobei."""
    desk = World()
    desk.say("qin-shuyao", f"@bot {FAULT}", group="huayue")
    return desk


def card(world: World) -> str:
    return world.in_group("engineers")[0].ref


def test_eyes_on_the_card_take_the_case_over(world: World) -> None:
    world.react("eve-turner", Sign.EYES, card(world), group="engineers")

    assert world.case().owner == "eve-turner"
    assert world.happened(FactKind.TAKEN)


def test_a_check_offers_the_button_for_the_solution(world: World) -> None:
    world.react("lin-xiaobei", Sign.CHECK, card(world), group="engineers")
    assert world.case().status is Status.OPEN

    world.press("lin-xiaobei", "解决", on=world.lines[-1], words="已更换光模块")
    assert world.case().status is Status.SOLVED


def test_a_siren_on_a_customers_words_is_their_asking_for_progress(world: World) -> None:
    thread = world.case().place.thread
    asked = world.say("qin-shuyao", "还没有好吗", group="huayue", thread=thread)
    world.react("lin-xiaobei", Sign.SIREN, asked, group="huayue", thread=thread)

    assert world.case().chases == 1


def test_a_ticket_opens_a_case_of_a_customers_words_for_them(world: World) -> None:
    said = world.say("tang-kai", WORDS, group="huayue")
    assert len(world.cases()) == 1
    world.wait(minutes=3)
    world.react("lin-xiaobei", Sign.TICKET, said, group="huayue", author="tang-kai", text=WORDS)

    case = world.case()
    assert len(world.cases()) == 2
    assert (case.reporter.person, case.customer, case.place.thread) == ("tang-kai", "huayue", said)
    assert world.told("lin-xiaobei")[-1].text.startswith(f"已开单 {case.key}")


def test_a_second_ticket_says_which_case_it_is(world: World) -> None:
    said = str(world.case().place.thread)
    world.react("eve-turner", Sign.TICKET, said, group="huayue", author="qin-shuyao", text=FAULT)

    assert len(world.cases()) == 1
    assert world.told("eve-turner")[-1].text.startswith(f"Opened {world.case().key}")


def test_a_ticket_on_words_nobody_could_look_up_says_so(world: World) -> None:
    world.react("lin-xiaobei", Sign.TICKET, "m99", group="huayue", author="tang-kai")

    assert len(world.cases()) == 1
    assert world.told("lin-xiaobei")[-1].text.startswith("看不到这条消息里的字")


def test_among_engineers_a_ticket_cannot_know_the_customer(world: World) -> None:
    world.react("lin-xiaobei", Sign.TICKET, "m99", group="engineers", author="eve-turner", text=WORDS)

    assert len(world.cases()) == 1
    assert world.lines[-1].text.startswith("请写明替哪个客户报障")


@pytest.mark.parametrize("sign", Sign)
def test_what_customers_put_on_a_message_is_only_a_sign(world: World, sign: Sign) -> None:
    before = len(world.every), world.facts()
    world.react(
        "tang-kai", sign, str(world.case().place.thread), group="huayue", author="qin-shuyao", text=FAULT
    )

    assert (len(world.every), world.facts()) == before


def test_a_sign_on_words_of_no_case_asks_which_one(world: World) -> None:
    world.react("lin-xiaobei", Sign.EYES, "m99", group="engineers", author="eve-turner", text=WORDS)

    assert world.lines[-1].text == "请写明是哪张工单。写法：接手 [工单号]"
