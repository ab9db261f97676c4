"""What people read of the verbs: usage, forms, help, errors, and the documents made from the tables."""

import ast
import re
from pathlib import Path

import pytest

from bot.access import RIGHTS
from bot.cases.model import Status, Visit
from bot.core.people import Language
from bot.core.verbs import Verb
from bot.handlers.arguments import Kind
from bot.handlers.docs import access_md, commands_md
from bot.handlers.forms import FieldKind, FormChoice, fields, join, needs_words
from bot.handlers.parser import pressed
from bot.handlers.registry import BY_VERB, ROWS
from bot.handlers.usage import is_typed, usage
from bot.notify.texts import Texts
from tests.unit.handlers.test_arguments import STAFF, shanghai

ROOT = Path(__file__).parents[3]
TEXTS = Texts.load()
ZH, EN = Language.ZH, Language.EN


def test_the_documents_are_what_the_tables_say() -> None:
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == commands_md(TEXTS)
    assert (ROOT / "docs/access.md").read_text(encoding="utf-8") == access_md()


@pytest.mark.parametrize(
    ("verb", "staff", "zh", "en"),
    [
        (Verb.LEVEL, True, "定级 [工单号] <等级 1-5> [理由]", "level [number] <level 1-5> [reason]"),
        (Verb.CALL, True, "已电话 [工单号] <内容> [于 时:分]", "call [number] <text> [at HH:MM]"),
        (Verb.CONFIRM, False, "确认 [工单号]", "confirm [number]"),
        (
            Verb.SET,
            False,
            "填写 [工单号] <电话|邮箱|地址> <值>",
            "set [number] <phone|email|address> <value>",
        ),
        (Verb.LIST, False, "工单 [我的]", "list [mine]"),
    ],
)
def test_the_form_of_a_verb_for_those_who_ask(verb: Verb, staff: bool, zh: str, en: str) -> None:
    assert usage(verb, ZH, TEXTS, staff=staff) == zh
    assert usage(verb, EN, TEXTS, staff=staff) == en


def test_what_only_staff_may_choose_is_not_offered_to_customers() -> None:
    assert usage(Verb.KB, EN, TEXTS, staff=False) == "kb <helped|unhelped|read> [text]"
    assert usage(Verb.ONSITE, EN, TEXTS, staff=False) == "onsite [number] <need>"
    assert is_typed(Verb.KB, staff=False)


def test_a_form_asks_what_the_verb_takes() -> None:
    level, reason = fields(Verb.LEVEL, EN, TEXTS, staff=True)
    assign = fields(Verb.ASSIGN, ZH, TEXTS, staff=True)
    contact, value = fields(Verb.SET, ZH, TEXTS, staff=False)

    assert (level.kind, [each.value for each in level.choices]) == (
        FieldKind.CHOICE,
        ["1", "2", "3", "4", "5"],
    )
    assert (reason.kind, reason.label, reason.required) == (FieldKind.TEXT, "Reason", False)
    assert [each.kind for each in assign] == [FieldKind.PERSON]
    assert contact.choices[0] == FormChoice("phone", "电话")
    assert value.required
    assert fields(Verb.ACK, ZH, TEXTS, staff=True) == ()


def test_what_a_form_gives_reads_like_what_is_typed() -> None:
    waiting = join(Verb.WAIT, {"waiting_for": "customer", "until": "15:30"}, staff=True)
    called = join(Verb.CALL, {"words": "told them\nall", "at": "09:40"}, staff=True)
    opened = join(Verb.NEW, {"problem": "portal is down", "for_customer": "bluebay"}, staff=True)

    assert pressed(Verb.WAIT, waiting, STAFF).given.until == shanghai(20, 15, 30)
    assert pressed(Verb.CALL, called, STAFF).given.text == "told them\nall"
    assert pressed(Verb.NEW, opened, STAFF).given.customer == "bluebay"


def test_a_button_acts_at_once_unless_something_is_needed() -> None:
    assert not needs_words(Verb.CONFIRM, staff=False)
    assert not needs_words(Verb.REOPEN, staff=False)
    assert needs_words(Verb.LEVEL, staff=True)


@pytest.mark.parametrize("lang", [ZH, EN])
def test_every_verb_and_argument_has_its_words(lang: Language) -> None:
    arguments = {argument.name for row in ROWS for argument in row.arguments}
    expected = {f"help.{verb}" for verb in Verb} | {f"argument.{name}" for name in arguments}
    expected |= {f"step.{visit}" for visit in Visit} | {f"error.refused.{status}" for status in Status}

    assert expected - TEXTS.keys(lang) == set()


def test_every_error_that_is_raised_has_its_sentence() -> None:
    raised = {right.hint for right in RIGHTS.values()} | {"forbidden"}
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "storage").rglob("*.py")]:
        raised |= {key for key in _raised(path) if key}
    sentences = {key.removeprefix("error.") for key in TEXTS.keys(ZH) if key.startswith("error.")}

    assert raised - sentences == set()


def test_every_done_verb_has_its_sentence() -> None:
    acting = {row.verb for row in ROWS if row.acts and row.number.value != "none"} - {Verb.REPLY}

    assert {f"done.{verb}" for verb in acting} - TEXTS.keys(EN) == set()


def test_no_word_is_a_number_and_a_choice_at_once() -> None:
    choices = [
        choice
        for row in ROWS
        for each in row.arguments
        if each.kind is Kind.CHOICE
        for choice in each.choices
    ]

    assert [choice for choice in choices if re.match(r"\d", choice.value)] == []
    assert BY_VERB[Verb.LEVEL].arguments[0].kind is Kind.LEVEL


def _raised(path: Path) -> set[str]:
    """Return the keys that a module gives to UserError as plain words."""
    calls = (
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    )
    errors = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "UserError")
    firsts = (call.args[0] for call in errors if call.args)
    return {
        first.value for first in firsts if isinstance(first, ast.Constant) and isinstance(first.value, str)
    }
