"""How the bot speaks: every scenario ends with these checks; here they are tried, and all is said once."""

from collections.abc import Iterator

import pytest

from bot.cases.model import Status
from bot.core.message import Button, Buttons, Message, Paragraph
from bot.core.people import Place
from bot.core.verbs import Verb
from bot.notify.tells import TEMPLATES
from tests.scenario.acts import ACTS
from tests.scenario.overheard import complaints
from tests.scenario.stage import EN, SIDES, ZH, Side, brought_to, opened
from tests.scenario.world import LOCAL, START, Line, World

WRONG = [
    ("g:huayue", "好的！", "an exclamation mark"),
    ("g:bluebay", "Done!", "an exclamation mark"),
    ("g:huayue", "还缺 {argument}", "a placeholder"),
    ("g:huayue", "tell.reply.title", "a key of the texts"),
    ("g:bluebay", "The owner is None", "a word of the program"),
    ("g:huayue", "请在 11:00 前确认", "a time without its weekday"),
    ("g:bluebay", "Please answer by 11:00", "a time without its weekday"),
    ("g:huayue", "请用 reply 答复客户", "a word that is not zh"),
    ("g:bluebay", "Please 回复 the customer soon", "a word that is not en"),
    ("dm:eve-turner", "请回复客户", "a word that is not en"),
    ("dm:lin-xiaobei", "Please answer", "a word that is not zh"),
    ("g:huayue", "出处：第 10.5 条，附件2", "a clause"),
    ("g:bluebay", "Promised by S1 annex 2 §10.5", "a clause"),
    ("g:huayue", "s1_p4", "a scheme"),
    ("g:huayue", "可能触发违约", "a fee or a penalty"),
    ("dm:qin-shuyao", "可能触发违约", "a fee or a penalty"),
    ("g:huayue", "请看 C-20261120-0002", "another customer's case"),
    ("dm:qin-shuyao", "电源老化了", "an internal note"),
]
RIGHT = [
    ("g:huayue", "今天(周五) 11:00 前"),
    ("g:huayue", "11月22日 周日 00:00 前"),
    ("g:bluebay", "by Mon 23 Nov 10:00, Mon 23 Nov 2026 10:00 or today (Fri) 11:00"),
    ("g:engineers", "- 10:00  系统 转派给 Eve Turner"),
    ("g:engineers", "可能触发违约，S1 annex 2 §10.5"),
    ("g:engineers", "C-20261120-0002  电源老化了"),
]


@pytest.fixture
def silent_world() -> Iterator[World]:
    """A world with two customers' cases and a note, in which nothing was said so far."""
    made = World()
    opened(made, ZH)
    opened(made, EN)
    made.command("lin-xiaobei", "note 1 电源老化了")
    made.every.clear()
    made.heard.clear()
    yield made
    made.store.close()


def said(place: str, words: str, *buttons: Button) -> Line:
    message = Message(blocks=(Paragraph((words,)), Buttons(buttons)))
    return Line("b", Place(LOCAL, place), message, START)


def test_what_nobody_should_say_is_noticed(silent_world: World, subtests: pytest.Subtests) -> None:
    for place, words, wrong in WRONG:
        silent_world.every[:] = [said(place, words)]
        with subtests.test(words):
            assert [each for each in complaints(silent_world) if each.startswith(wrong)]


def test_what_may_be_said_is_not_complained_about(silent_world: World, subtests: pytest.Subtests) -> None:
    for place, words in RIGHT:
        silent_world.every[:] = [said(place, words)]
        with subtests.test(words):
            assert complaints(silent_world) == []


def test_a_button_its_reader_may_not_press_is_noticed(silent_world: World) -> None:
    silent_world.every.append(said("dm:lin-xiaobei", "请看", Button("已知悉", Verb.NOTED)))

    assert complaints(silent_world) == [
        "a button its reader may not press in local:dm:lin-xiaobei: 已知悉 on 请看"
    ]


# --- the tour ----------------------------------------------------------------------------------------------

MOVED = {"recounted", "recounted_owner", "terms_moved", "terms_moved_owner"}
UNUSUAL = {"emergency", "complaint_opened", "level_worse", "level_disputed"}
CALLED = {"involved", "branch_called", "vendor_leave", "vendor_approved", "vendor_declined"}
NEVER_SAID = {
    ZH: {"role_missing", "call_back", *MOVED, *CALLED, *UNUSUAL},
    EN: {"role_missing", "call_back", "alarm", "diagnosis_binds", *MOVED, *CALLED, *UNUSUAL},
}
"""Every role is filled, nobody is called back, neither holidays nor terms change; one has no figure.

Emergencies, objections to a level, and who is called by branch, by a contract's demand or for leave to ask a
vendor, have stories of their own.
"""


def everything(world: World, side: Side) -> None:
    """Let everything happen once that somebody hears of."""
    customer, group, owner, at = side.customer, side.group, side.owner, SIDES.index(side)
    _, thread = opened(world, side)
    world.edit(customer, thread, ("断电了", "No power")[at], group=group)
    world.delete(customer, thread, group=group)
    world.wait(minutes=70)
    opened(world, side, ("系统瘫痪，全公司无法工作", "The portal is down for everyone")[at])
    world.wait(hours=25)
    world.command(owner, f"solve {world.case().key} 42")
    world.command(owner, f"confirm {world.case().key} 42")
    for text in (
        ("我要投诉你们", "I want to complain about you")[at],
        ("希望能增加导出功能", "Please add a dark mode")[at],
    ):
        world.say(customer, text, group=group)
    for act in ACTS:
        case, _ = brought_to(world, side, act.before)
        who = {"owner": owner, "customer": customer}.get(act.by, act.by)
        world.command(who, act.text(side, case), group=group if act.by == "customer" else "engineers")
    case, thread = opened(world, side)
    world.command(owner, f"wait {case.key} vendor until tomorrow")
    world.wait(days=1)
    case, thread = opened(world, side, ("生产系统打不开了", "The portal does not open")[at])
    world.say(customer, ("还能继续", "It goes on")[at], group=group, thread=thread)
    for step in ("go", "arrive", "leave"):
        world.command(owner, f"onsite {case.key} {'need' if step == 'go' else step}")
        world.command(owner, f"onsite {case.key} {step}")
    world.command(owner, f"wait {case.key} parts")
    world.command(owner, f"cancel {case.key} 42")
    first, second = (opened(world, side)[0].key for _ in range(2))
    world.command(owner, f"merge {second} {first}")
    waiting, _ = opened(world, side)
    world.command(owner, f"reply {waiting.key} 42")
    world.wait(minutes=1)
    world.command(owner, f"wait {waiting.key} customer")
    brought_to(world, side, Status.SOLVED)
    world.wait(days=40)
    for text in (
        "help",
        "list all",
        "list overdue",
        f"why {case.key}",
        f"log {case.key}",
        f"show {case.key}",
        "oncall",
    ):
        world.command(owner, text)
        world.command(owner, text, group="engineers")
        world.command(customer, text, group=group)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_a_tour_of_everything_the_desk_says(world: World, side: Side) -> None:
    everything(world, side)
    world.say("shi-lei", "打印机坏了", group="yuanshan")

    said = "\n".join(world.keys)
    assert {name for name in TEMPLATES if f":{name}:" not in said} == NEVER_SAID[side]
