"""What a question finds, how sure the search is, and what is done with it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import assert_never

import pytest

from bot.core.people import Language
from bot.kb.answer import Answer, Hit, Offer, Thresholds, Unknown, decide
from bot.kb.article import Article, Asker, readable
from bot.kb.loader import load_articles
from bot.kb.search import KnowledgeBase

ARTICLES = load_articles(Path(__file__).parents[3] / "demo" / "kb")
DESK = KnowledgeBase(ARTICLES)
SCHEMES = tuple({scheme for article in ARTICLES for scheme in article.schemes})
STAFF = Asker(staff=True, language=Language.ZH, day=date(2026, 11, 20))


def by(asker: Asker) -> Callable[[Article], bool]:
    return partial(readable, asker=asker)


def anybody(lang: Language) -> Callable[[Article], bool]:
    return by(replace(STAFF, staff=False, language=lang, schemes=SCHEMES))


def language_of(question: str) -> Language:
    return Language.EN if question.isascii() else Language.ZH


def found(question: str, *, staff: bool = False) -> list[str]:
    lang = language_of(question)
    hits = DESK.search(question, lang=lang, readable=by(STAFF) if staff else anybody(lang))
    return [hit.article.id for hit in hits]


def outcome(question: str) -> str:
    lang = language_of(question)
    decision = decide(DESK.search(question, lang=lang, readable=anybody(lang)))
    match decision:
        case Answer(hit):
            return f"answer {hit.article.id}"
        case Offer(hits):
            return f"offer {len(hits)}"
        case Unknown():
            return "unknown"
        case _:
            assert_never(decision)


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("密码忘了咋整", "reset-password"),
        ("返修邮费谁出", "rma-freight"),
        ("账号锁了", "account-locked"),
        ("怎麼導出日誌", "export-log"),
        ("培训怎么报名", "training"),
        ("工单自动关闭了", "auto-close"),
        ("how do i rest my pasword", "reset-password"),
        ("who pays shipping for the rma", "rma-freight"),
        ("certificate expired, what now?", "certificate-expired"),
        ("can you log in remotely without asking us?", "remote-consent"),
    ],
)
def test_a_question_in_other_words_is_answered(question: str, article: str) -> None:
    assert outcome(question) == f"answer {article}"


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("怎么蚕看审计日志", "audit-log"),
        ("ＶＰＮ怎么用", "vpn-connect"),
        ("備機怎麼借", "spare-unit"),
        ("check warrantty date", "warranty-period"),
        ("修个设备要多少天啊", "rma-time"),
        ("工单自动关闭是怎么回事", "auto-close"),
        ("TRAINING FOR NEW STAFF", "training"),
    ],
)
def test_slips_of_the_hand_do_not_hide_the_article(question: str, article: str) -> None:
    assert found(question)[0] == article


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("VPN 691 连不上", "vpn-691"),
        ("vpn 809", "vpn-809"),
        ("VPS-B1 是啥", "support-5x8"),
        ("what is vps-b4", "support-7x24"),
    ],
)
def test_a_name_finds_its_own_article(question: str, article: str) -> None:
    assert outcome(question) == f"answer {article}"


@pytest.mark.parametrize("question", ["VPS-B7 是什么", "what is vpn error 734"])
def test_a_name_nobody_knows_is_never_answered_with_a_similar_one(question: str) -> None:
    assert not outcome(question).startswith("answer")


@pytest.mark.parametrize("question", ["", "？？？", "帮我订机票", "who won the football match", "asdf qwer"])
def test_what_the_desk_does_not_know_is_not_answered(question: str) -> None:
    assert not outcome(question).startswith("answer")


def test_articles_for_staff_are_found_by_staff_only() -> None:
    assert found("客户电话报障怎么代建工单", staff=True)[0] == "phone-cases"
    assert "phone-cases" not in found("客户电话报障怎么代建工单")


def test_every_own_wording_finds_its_article_first() -> None:
    lost = [
        asked
        for article in ARTICLES
        for language in Language
        for asked in article.questions(language)
        if DESK.search(asked, lang=language, readable=by(STAFF))[0].article != article
    ]
    assert lost == []


def test_confidence_is_a_share_and_falls_from_hit_to_hit() -> None:
    hits = DESK.search("质保多久", lang=Language.ZH, readable=by(STAFF))
    shares = [hit.confidence for hit in hits]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)
    assert len(DESK.search("质保多久", lang=Language.ZH, readable=by(STAFF), limit=1)) == 1


def test_the_same_question_is_always_found_the_same_way() -> None:
    again = KnowledgeBase(tuple(reversed(ARTICLES)))
    assert found("保修")[0] == again.search("保修", lang=Language.ZH, readable=by(STAFF))[0].article.id


def article(**changes: object) -> Article:
    return replace(ARTICLES[0], **changes)  # type: ignore[arg-type]  # any field may be changed


def test_an_edition_is_known_by_what_it_says() -> None:
    changed = article(sources=dict.fromkeys(Language, "elsewhere"))
    assert KnowledgeBase(ARTICLES[:1]).edition == KnowledgeBase(ARTICLES[:1]).edition
    assert KnowledgeBase(ARTICLES[:1]).edition != KnowledgeBase([changed]).edition


def test_an_empty_desk_finds_nothing() -> None:
    assert KnowledgeBase(()).search("质保多久", lang=Language.ZH, readable=by(STAFF)) == ()


def hits(*confidences: float) -> tuple[Hit, ...]:
    return tuple(Hit(each, share) for each, share in zip(ARTICLES, confidences, strict=False))


@pytest.mark.parametrize(
    ("confidences", "expected"),
    [
        ((0.9, 0.5), "Answer"),
        ((0.7,), "Answer"),
        ((0.69, 0.5, 0.3, 0.25), "Offer"),
        ((0.19,), "Unknown"),
        ((), "Unknown"),
    ],
)
def test_thresholds_part_answer_offer_and_nothing(confidences: Sequence[float], expected: str) -> None:
    decision = decide(hits(*confidences), Thresholds(answer=0.7, offer=0.2))
    assert type(decision).__name__ == expected


def test_at_most_three_are_offered_and_none_below_the_threshold() -> None:
    thresholds = Thresholds(answer=0.7, offer=0.2)
    assert decide(hits(0.6, 0.5, 0.4, 0.3), thresholds) == Offer(hits(0.6, 0.5, 0.4))
    assert decide(hits(0.6, 0.1), thresholds) == Offer(hits(0.6))


@pytest.mark.bench
def test_a_hundred_articles_are_built_and_searched_fast() -> None:
    many = [
        replace(each, id=f"{each.id}-{copy}", updated=date(2026, 1, 1))
        for copy in range(2)
        for each in ARTICLES
    ]
    started = time.perf_counter()
    desk = KnowledgeBase(many)
    built = time.perf_counter()
    for _ in range(20):
        desk.search("夜间坏了打哪个电话能找到人", lang=Language.ZH, readable=by(STAFF))
    searched = time.perf_counter()
    assert built - started < 1.5
    assert (searched - built) / 20 < 0.05


@pytest.mark.parametrize(
    ("schemes", "told"), [(("s0_fault5",), True), (("s1_p4", "s1_phone"), False), ((), False)]
)
def test_a_promise_is_told_only_to_those_it_is_made_to(schemes: tuple[str, ...], told: bool) -> None:
    customer = replace(STAFF, staff=False, schemes=schemes)
    hits = DESK.search("什么算一级故障，多久解决", lang=Language.ZH, readable=by(customer))

    assert ("level-1" in [hit.article.id for hit in hits]) is told
