"""What the search promises of any entries and any question."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.kb.engine import Engine
from bot.kb.entry import Entry
from bot.kb.normalise import normalise

TOPICS = (
    "怎么重置密码",
    "VPN 691 连不上",
    "VPN 809 连不上",
    "how do I export the audit log",
    "return shipping for a repair",
    "质保多久",
    "能否远程登录设备",
    "不能远程登录设备",
    "IPS signatures are old",
    "NIPS signatures are old",
    "upgrade to 6.0.7.1",
    "upgrade to 6.0.7.2",
)
DESK = tuple(
    Entry(
        id=f"t{number}", asked=(title,), answer=f"{title}: {'按说明操作' if number % 2 else 'see the guide'}"
    )
    for number, title in enumerate(TOPICS)
)
ENGINE = Engine.of(DESK)
UNRELATED = st.text("龘靐齉爩鱻麤", min_size=2, max_size=12) | st.text("qxzjw", min_size=6, max_size=20)


def found(engine: Engine, question: str) -> list[tuple[str, float]]:
    return [(each.entry.id, each.confidence) for each in engine.search(question, limit=10)]


@pytest.mark.parametrize("number", range(len(TOPICS)))
def test_a_title_finds_its_own_entry_first(number: int) -> None:
    assert found(ENGINE, TOPICS[number])[0][0] == f"t{number}"


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=8, unique=True))
def test_any_title_finds_an_entry_of_its_wording_first(titles: list[str]) -> None:
    engine = Engine.of([Entry(id=str(n), asked=(title,)) for n, title in enumerate(titles)])
    for title in titles:
        best = engine.search(title, limit=1)
        assert not best or best[0].wording == normalise(title)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("vpn报691怎么办", "t1"),
        ("vpn 809 报错", "t2"),
        ("怎样重設密碼", "t0"),
        ("chongzhi mima", "t0"),
        ("export audit lgo", "t3"),
        ("可以远程登录设备吗", "t6"),
        ("设备不能远程登录", "t7"),
        ("升级到 V6.0.7.2", "t11"),
        ("old nips signatures", "t9"),
    ],
)
def test_other_words_find_it_too(question: str, entry: str) -> None:
    assert found(ENGINE, question)[0][0] == entry


@given(st.lists(UNRELATED, min_size=1, max_size=20), st.sampled_from(TOPICS))
@settings(max_examples=20, deadline=None)
def test_an_unrelated_entry_never_changes_what_answers(others: list[str], title: str) -> None:
    more = [Entry(id=f"u{n}", asked=(text,), answer=text) for n, text in enumerate(others)]
    assert found(Engine.of([*DESK, *more]), title)[0][0] == found(ENGINE, title)[0][0]


changes = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from([*TOPICS, None]), st.sampled_from(TOPICS)), max_size=30
)


@given(changes)
@settings(max_examples=12, deadline=None)
def test_edits_restarts_and_replicas_rank_alike(edits: list[tuple[int, str | None, str]]) -> None:
    edited, present = ENGINE, {entry.id: entry for entry in DESK}
    for number, title, answer in edits:
        name = f"t{number}"
        if title is None:
            edited = edited.without(name)
            present.pop(name, None)
        else:
            present[name] = Entry(id=name, asked=(title, answer[:6]), answer=answer)
            edited = edited.changed(present[name])
    anew = Engine.of(list(present.values()))
    backwards = Engine.of(list(reversed(present.values())))
    for question in (*TOPICS, "密码", "how to upgrade", "设备"):
        assert found(edited, question) == found(anew, question) == found(backwards, question)


def test_many_edits_leave_few_segments() -> None:
    engine = ENGINE
    for number in range(200):
        engine = engine.changed(Entry(id=f"e{number % 50}", asked=(f"wording {number}",)))
    assert len(engine.index.parts) < 20
    assert engine.index.size == len(DESK) + 50


@settings(deadline=None)
@given(st.text() | st.text("你好VPN691 \ud800\u0300😀\x00", min_size=1))
def test_any_question_has_a_defined_result(question: str) -> None:
    confidences = [each.confidence for each in ENGINE.search(question, limit=10)]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= each <= 1 and np.isfinite(each) for each in confidences)


@pytest.mark.parametrize("piece", ["a", "密", "ab ", "8022 ", "你好", "\u0300", "x-1.", "咋"])
@pytest.mark.timeout(20)
def test_the_longest_question_is_answered_soon(piece: str) -> None:
    ENGINE.search(piece * (100_000 // len(piece)))


def test_what_is_not_for_who_asks_is_not_found() -> None:
    engine = Engine.of([Entry(id=f"s{n}", asked=("secret plan",)) for n in range(200)] + [DESK[0]])
    assert engine.search("secret plan", readable=lambda entry: not entry.id.startswith("s")) == ()
    only = engine.search("secret plan", readable=lambda entry: entry.id == "s77")
    assert [each.entry.id for each in only] == ["s77"]


def test_whoever_waits_hears_of_every_entry_a_batch_at_a_time() -> None:
    heard: list[int] = []
    entries = [Entry(id=f"e{n}", asked=("how long " * 40,)) for n in range(700)]

    Engine.of(entries, told=heard.append)

    assert sum(heard) == len(entries)
    assert len(heard) > 1


def test_many_changes_at_once_are_the_same_as_one_after_the_other() -> None:
    changes = {f"t{n}": Entry(id=f"t{n}", asked=(f"{title} 2",)) for n, title in enumerate(TOPICS[:6])}
    together = ENGINE.after({**changes, "t7": None, "t8": None})
    singly = ENGINE.changed(*changes.values()).without("t7").without("t8", "nothing")

    for question in TOPICS:
        assert found(together, question) == found(singly, question)


def test_no_entries_are_no_answer() -> None:
    assert Engine.of([]).search("质保多久") == ()
