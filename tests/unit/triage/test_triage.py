"""What counts in a message and what does not; what an answer to the bot's question says."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people import Level
from bot.triage.passage import fold
from bot.triage.reading import Ask, Evidence, Intent, Likeliest
from bot.triage.rules import load_rules
from bot.triage.triage import Triage

TRIAGE = Triage(load_rules())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("好了", Intent.CLOSE_CONFIRM),
        ("已解决", Intent.CLOSE_CONFIRM),
        ("it works now", Intent.CLOSE_CONFIRM),
        ("还是不行", Intent.REOPEN),
        ("又坏了", Intent.REOPEN),
        ("still broken", Intent.REOPEN),
        ("进度", Intent.CASE_STATUS),
        ("到哪了", Intent.CASE_STATUS),
        ("any update", Intent.CASE_STATUS),
        ("谢谢", Intent.CHIT_CHAT),
        ("你好", Intent.CHIT_CHAT),
    ],
)
def test_plain_words_of_a_conversation_are_known(text: str, intent: Intent) -> None:
    assert TRIAGE.understand(text).intent is intent


@pytest.mark.parametrize("text", ["The portal is down again", "Same outage again, nobody can log in"])
def test_what_is_broken_again_is_as_bad_as_if_it_were_new(text: str) -> None:
    reading = TRIAGE.understand(text)

    assert reading.level is Level.CRITICAL
    if reading.intent is Intent.REOPEN:
        assert reading.likeliest == Likeliest(Intent.REOPEN, None)


@pytest.mark.parametrize(
    ("plain", "coloured"),
    [
        ("首页图标不显示", "急！！！首页图标不显示！！！董事长等着！！！"),
        ("全公司都登不上系统", "不急哈，就是全公司都登不上系统，麻烦有空看看"),
        ("the logo is missing", "URGENT!!! THE LOGO IS MISSING!!! MY BOSS IS FURIOUS!!!"),
        ("nobody can log in", "sorry to bother you, no rush, but nobody can log in"),
    ],
)
def test_tone_neither_raises_nor_lowers_the_level(plain: str, coloured: str) -> None:
    """S1-A2.10.5-5."""
    assert TRIAGE.understand(plain).level == TRIAGE.understand(coloured).level


@pytest.mark.parametrize(
    ("said", "taken_back"),
    [
        ("系统瘫痪了", "系统没有瘫痪"),
        ("系统瘫痪了", "系统瘫痪过一次，现在已经恢复"),
        ("系统瘫痪了", "如果系统瘫痪了该找谁"),
        ("系统瘫痪了", "同事转来“系统瘫痪了”，请问怎么回复他"),
        ("the system is down", "the system is not down"),
        ("the system is down", "the system was down but it is back to normal"),
        ("the system is down", "if the system is down, who do we call?"),
        ("the system is down", 'a colleague wrote "the system is down", how do I answer him?'),
    ],
)
def test_what_is_not_so_now_is_no_outage(said: str, taken_back: str) -> None:
    assert TRIAGE.understand(said).level is Level.CRITICAL
    assert TRIAGE.understand(taken_back).level is not Level.CRITICAL


def test_the_worst_of_several_symptoms_counts() -> None:
    assert TRIAGE.understand("图标不显示；全公司都登不上系统").level is Level.CRITICAL
    assert TRIAGE.understand("全公司都登不上系统；图标不显示").level is Level.CRITICAL


def test_scope_alone_is_not_severity() -> None:
    assert TRIAGE.understand("所有人的头像都不显示").level is Level.MINOR


def test_evidence_names_the_words_and_their_rule() -> None:
    evidence = TRIAGE.understand("全公司ＶＰＮ都连不上").evidence
    assert Evidence("全公司", "zh-everyone") in evidence


def test_an_unclear_impact_is_asked_and_read_as_the_worse() -> None:
    reading = TRIAGE.understand("邮件发不出去")
    assert (reading.level, reading.ask) == (Level.SEVERE, Ask.PEOPLE)
    clear = TRIAGE.understand("所有人邮件都发不出去")
    assert (clear.level, clear.ask) == (Level.SEVERE, None)


def test_words_no_rule_knows_are_taken_for_a_question_with_little_confidence() -> None:
    reading = TRIAGE.understand("zzz qqq")
    assert reading.intent is Intent.HOW_TO
    assert reading.confidence < 0.5
    assert reading.evidence == ()


@pytest.mark.parametrize(
    ("ask", "answer", "level"),
    [
        (Ask.PEOPLE, "all", Level.SEVERE),
        (Ask.PEOPLE, "some", Level.SEVERE),
        (Ask.PEOPLE, "me", Level.MINOR),
        (Ask.PEOPLE, "就我一个人", Level.MINOR),
        (Ask.PEOPLE, "大家都不行", Level.SEVERE),
        (Ask.PEOPLE, "just me", Level.MINOR),
        (Ask.PEOPLE, "half of the team", Level.SEVERE),
        (Ask.PEOPLE, "不知道", None),
        (Ask.STOPPED, "stopped", Level.CRITICAL),
        (Ask.STOPPED, " Running ", Level.SEVERE),
        (Ask.STOPPED, "业务停了", Level.CRITICAL),
        (Ask.STOPPED, "还能用", Level.SEVERE),
        (Ask.STOPPED, "nobody can work", Level.CRITICAL),
        (Ask.STOPPED, "hello", None),
    ],
)
def test_an_answer_gives_the_level(ask: Ask, answer: str, level: Level | None) -> None:
    assert TRIAGE.answer_to_ask(ask, answer) == level


def test_words_after_a_quotation_are_found_where_they_stand() -> None:
    evidence = TRIAGE.understand(">\n>\n“x”系统瘫痪了").evidence
    assert Evidence("瘫痪", "zh-dead") in evidence


@given(st.text(max_size=200))
def test_any_text_is_understood_and_folding_keeps_every_place(text: str) -> None:
    assert 0 <= TRIAGE.understand(text).confidence <= 1
    assert len(fold(text)) == len(text)


@pytest.mark.bench
@pytest.mark.parametrize(
    "text", ["系统打不开了，全公司都在等" * 3, "没有" * 2000, "a " * 2000, "“" * 4000, "不能" * 4000]
)
def test_long_and_hostile_messages_are_read_fast(text: str) -> None:
    started = time.perf_counter()
    TRIAGE.understand(text)
    assert time.perf_counter() - started < 2


def test_the_evidence_quotes_no_words_twice() -> None:
    words = [each.words for each in TRIAGE.understand("校园网全断了，所有人都上不了网").evidence]

    assert not any(word in other for word in words for other in words if word != other)
