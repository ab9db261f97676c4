"""Operators read alarms in their language, whoever raised them."""

import ast
import re
from collections.abc import Iterator

import pytest

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
            "文件没有重新读入，仍按原来的运行：a.toml:3: x.y: expected a number；另有 2 处错误",
        ),
        ("a/directory.yaml:3: people: nobody; no such", "a/directory.yaml:3: people: nobody; no such"),
        ("disk full", "disk full"),
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
