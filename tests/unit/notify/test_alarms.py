"""Operators read alarms in their language, whoever raised them."""

import ast
import re
from collections.abc import Iterator

import pytest

from bot.core.expected import KINDS
from bot.core.people import Language
from bot.notify.alarms import in_language
from bot.notify.texts import Texts
from bot.platforms.dingtalk.faults import Kind
from bot.platforms.slack.connection import FAREWELLS
from bot.platforms.slack.intake import NEWS
from bot.platforms.slack.refusals import MEANINGS
from bot.services.keeping import CONFLICTS
from tests.golden.gallery import ROOT

HAN = re.compile("[\u4e00-\u9fff]")
RAISED_BY_PLATFORMS = (
    *(told for _, told in FAREWELLS.values()),
    *(f"Slack: {told}" for told in NEWS.values()),
    *(f"slack:C1: chat.postMessage: not_in_channel: {told}" for told in MEANINGS.values()),
    *(f"DingTalk app ding1: {kind}: Contact.Read" for kind in (Kind.PERMISSION,)),
    *(f"slack:C1: {told}" for told in CONFLICTS.values()),
    "DingTalk app ding1: not connected after 8 attempts: nothing is heard",
    "Slack refuses the bot token (invalid_auth): look whether it is right and still valid",
)


def zh(texts: Texts, said: str) -> str:
    return in_language(texts, Language.ZH, said)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("clocks: 61 s late; outbox: 5 s late", "时限：晚了 61 秒；发件箱：晚了 5 秒"),
        (
            "the files were not read anew: a.toml:3: x.y: expected a number; 2 more faults",
            "文件没有重新读入，仍按原来的运行：a.toml:3：x.y：应为数字；另有 2 处错误",
        ),
        ("a/directory.yaml:3: people: nobody; no such", "a/directory.yaml:3: people: nobody; no such"),
        ("disk full", "disk full"),
        (
            "d.yaml:12: contracts[0].dates: there is no 'singed'",
            "d.yaml:12：contracts[0].dates：没有 'singed'",
        ),
        (
            "d.yaml:3: desk.zone: expected a time zone such as Asia/Shanghai, found 'Mars'",
            "d.yaml:3：desk.zone：应为时区，如 Asia/Shanghai，现在是 'Mars'",
        ),
        ("d.yaml:7: people[1].email: expected a value, found none", "d.yaml:7：people[1].email：缺少这一项"),
        ("a.toml:9: rungs.2: expected greater than 0", "a.toml:9：rungs.2：应大于 0"),
        (
            "a.toml:4: toml: expected TOML: Cannot overwrite a value",
            "a.toml:4：toml：不是 TOML：Cannot overwrite a value",
        ),
    ],
)
def test_what_is_known_is_told_and_the_rest_stays_as_it_is(texts: Texts, said: str, told: str) -> None:
    assert zh(texts, said) == told
    assert in_language(texts, Language.EN, said) == said


@pytest.mark.parametrize("said", RAISED_BY_PLATFORMS)
def test_what_platforms_raise_is_known(texts: Texts, said: str) -> None:
    assert HAN.search(zh(texts, said)), said


def test_every_alarm_the_desk_raises_is_known(texts: Texts) -> None:
    raised = [
        said for path in (ROOT / "bot").rglob("*.py") for said in _raised(ast.parse(path.read_text("utf-8")))
    ]

    assert len(raised) > 10
    assert [said for said in raised if re.search("[a-z]", said) and not HAN.search(zh(texts, said))] == []


def test_what_is_wrong_in_a_file_is_known(texts: Texts) -> None:
    """Every reason in the modules that read the operator's files, and our words for the checker's kinds."""
    folders = [path for name in ("directory", "sla") for path in (ROOT / "bot" / name).glob("*.py")]
    read = [path for path in folders if path.name != "calendar_import.py"]  # told in the terminal alone
    read += [ROOT / "bot" / "configuration.py", ROOT / "bot" / "alerts" / "channels.py"]
    reasons = {said for path in read for said in _reasons(ast.parse(path.read_text("utf-8")))}
    told = {said: zh(texts, f"a.yaml:3: x.y: {said}") for said in (reasons | {*KINDS.values()})}

    assert len(reasons) > 60
    assert [said for said, words in told.items() if not HAN.search(words)] == []


REASONING = frozenset({"ValueError", "_expected", "_wrong", "fault", "_fault", "Fault", "_no_yaml"})


def _reasons(tree: ast.AST) -> Iterator[str]:
    """Yield what is written as the last word of a fault, or begins as one, with something for values."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in REASONING and node.args and (said := _written(node.args[-1])):
                yield said
        elif isinstance(node, ast.Constant | ast.JoinedStr):
            said = _written(node)
            if said.startswith("expected ") and not said.endswith(" "):
                yield said


def _written(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(said)):
            return said
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "42" for part in parts)
        case _:
            return ""


def _raised(tree: ast.AST) -> Iterator[str]:
    """Yield the text of each alarm that is written where it is raised, with something in place of values."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "alarm":
            for keyword in call.keywords:
                if keyword.arg == "text" and isinstance(keyword.value, ast.JoinedStr):
                    yield "".join(
                        str(part.value) if isinstance(part, ast.Constant) else "42"
                        for part in keyword.value.values
                    )
