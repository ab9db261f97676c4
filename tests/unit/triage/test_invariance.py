"""What does not change what a message says leaves its reading; what does, changes it. Nothing breaks it."""

import random
import unicodedata
from pathlib import Path

import pytest
from opencc import OpenCC

from bot.core.people import Level
from bot.triage.known import Example, Known
from bot.triage.learning import Lesson, train
from bot.triage.model import WEIGHTS, load, save
from bot.triage.reading import Intent, Reading
from bot.triage.rules import load_rules
from bot.triage.triage import Triage, observe

RULES = load_rules()
TRIAGE = Triage(RULES)
PLAIN = (
    "全公司都登不上系统，业务停了",
    "VPN连不上，出差的同事都进不来，办公室正常",
    "打印机卡纸，别人的能用",
    "怎么设置自动回复",
    "建议列表增加导出按钮",
    "The whole platform is down, nobody can log in.",
    "One of the 40 scanners does not charge.",
    "How do I add a second approver?",
)


def told(reading: Reading) -> tuple[Intent, Level | None]:
    return reading.intent, reading.level


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize(
    "changed",
    [
        "您好，{}",
        "{} 谢谢！",
        "{}\n\n  \t",
        "🙏🙏 {} 🙏",
        "急急急！{}",
        "{}！！！",
        "> 系统瘫痪了\n{}",
        "{}\n--\n信息科 李明 13800000000",
    ],
)
def test_what_adds_nothing_leaves_the_reading(text: str, changed: str) -> None:
    assert told(TRIAGE.understand(changed.format(text))) == told(TRIAGE.understand(text))


@pytest.mark.parametrize("text", PLAIN)
def test_the_form_of_characters_leaves_the_reading(text: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    traditional = OpenCC("s2t").convert(text)
    assert unicodedata.normalize("NFKC", wide) == unicodedata.normalize("NFKC", text)
    assert told(TRIAGE.understand(wide)) == told(TRIAGE.understand(text))
    assert told(TRIAGE.understand(traditional)) == told(TRIAGE.understand(text))


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        ("系统瘫痪了", "系统没有瘫痪，只是问一下"),
        ("全公司断网了", "没有断网，请问怎么查流量"),
        ("The server is down.", "The server is not down, how do I check the load?"),
    ],
)
def test_a_denied_symptom_is_none(said: str, denied: str) -> None:
    assert TRIAGE.understand(said).level is Level.CRITICAL
    assert TRIAGE.understand(denied).intent is not Intent.FAULT


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\x00\x01\x02\x7f",
        "😀" * 50,
        "https://example.com/a?b=c",
        "系统" * 50_000,
        "a" * 100_000,
        "\u202e\u200b\ufeff",
        "Система не работает",
        "النظام لا يعمل",
        "システムが動きません",
        "시스템이 작동하지 않습니다",
        "ระบบใช้งานไม่ได้",
        "\ud800",
    ],
)
def test_garbage_has_a_defined_reading(text: str) -> None:
    reading = TRIAGE.understand(text)
    assert 0 <= reading.confidence <= 1
    assert all(each.words in text for each in reading.evidence)


def test_random_signs_of_every_script_are_read() -> None:
    chance = random.Random(6)
    for _ in range(300):
        TRIAGE.understand("".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(60))))


def test_the_same_examples_give_the_same_bytes(tmp_path: Path) -> None:
    examples = [
        Example(text=text, intent=told(TRIAGE.understand(text))[0], level=Level.MINOR) for text in PLAIN * 3
    ]
    written = []
    for name in ("one.npy", "two.npy"):
        lessons = [
            Lesson(each, observe(each.text, RULES).features, hand % 2) for hand, each in enumerate(examples)
        ]
        save(train(lessons, ())[0], tmp_path / name)
        written.append((tmp_path / name).read_bytes() + (tmp_path / name).with_suffix(".json").read_bytes())
    assert written[0] == written[1]
    assert load(tmp_path / "one.npy").about == load(tmp_path / "two.npy").about


def test_the_packaged_model_is_small() -> None:
    assert WEIGHTS.stat().st_size < 2_000_000


def test_words_like_a_deployment_s_example_are_read_as_it_was() -> None:
    example = Example(text="大屏又开始跳舞了", intent=Intent.FAULT, level=Level.MINOR)
    own = Triage(RULES, known=Known([example]))
    reading = own.understand("大屏又开始跳舞了！")
    assert told(reading) == (Intent.FAULT, Level.MINOR)
    assert reading.evidence[0].rule == "example: 大屏又开始跳舞了"
    assert own.understand("首页打不开").evidence != reading.evidence


def test_an_unsure_impact_counts_as_the_worse_until_it_is_known() -> None:
    reading = TRIAGE.understand("系统好像有点不对，登录转圈")
    if reading.ask:
        assert reading.likeliest is not None
        assert reading.level is not None
        assert reading.likeliest.level is None or reading.level <= reading.likeliest.level
