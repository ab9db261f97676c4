"""Whose article it is: nobody is shown what is not theirs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.people import ContractId, CustomerId, Language
from bot.kb.answer import Answer, Offer, decide
from bot.kb.article import Article, Asker, readable
from bot.kb.search import KnowledgeBase
from tests.unit.kb.articles import HOURS

ACME, OTHER = CustomerId("acme"), CustomerId("other")
WANG = Asker(
    staff=False,
    language=Language.ZH,
    day=date(2026, 11, 20),
    customer=ACME,
    contract=ContractId("acme-2026"),
    schemes=("s0", "s1"),
    products=("firewall",),
)
LI = Asker(staff=True, language=Language.ZH, day=date(2026, 11, 20))
MAPPINGS = ("titles", "answers", "aliases", "sources")
NOBODY = Asker(staff=False, language=Language.ZH, day=date(2026, 11, 20))


def limited(**limits: object) -> Article:
    return replace(HOURS, **limits)  # type: ignore[arg-type]  # any field may be a limit


@pytest.mark.parametrize(
    "article",
    [
        limited(customers=(OTHER, ACME)),
        limited(contracts=(ContractId("acme-2026"),)),
        limited(products=("switch", "firewall")),
        limited(schemes=("s1",)),
    ],
)
def test_what_is_limited_is_for_those_who_meet_the_limit_and_for_staff(article: Article) -> None:
    assert readable(article, WANG)
    assert readable(article, LI)
    assert not readable(article, NOBODY)


@pytest.mark.parametrize(
    "article",
    [
        limited(audience="staff"),
        limited(customers=(OTHER,)),
        limited(contracts=(ContractId("acme-2025"),)),
        limited(products=("switch",)),
        limited(schemes=("s9",)),
        limited(customers=(ACME,), products=("switch",)),
    ],
)
def test_one_limit_that_is_not_met_is_enough(article: Article) -> None:
    assert not readable(article, WANG)
    assert readable(article, LI)


def test_an_article_is_for_whoever_speaks_a_language_it_is_written_in() -> None:
    english = limited(**{name: {Language.EN: getattr(HOURS, name)[Language.EN]} for name in MAPPINGS})

    assert not readable(english, WANG)
    assert readable(english, replace(WANG, language=Language.EN))
    assert readable(english, LI)


@pytest.mark.parametrize(("day", "valid"), [(9, False), (10, True), (20, True), (21, False)])
def test_what_is_not_valid_today_is_for_nobody(day: int, valid: bool) -> None:
    article = limited(valid_from=date(2026, 11, 10), valid_until=date(2026, 11, 20))

    for asker in (WANG, LI):
        assert readable(article, replace(asker, day=date(2026, 11, day))) is valid


NAMES = ("a", "b", "c")
SOME = st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple)
DAYS = st.none() | st.dates(date(2026, 11, 18), date(2026, 11, 22))
LIMITED: st.SearchStrategy[dict[str, object]] = st.builds(
    dict,
    audience=st.sampled_from(["all", "all", "staff"]),
    customers=SOME,
    contracts=SOME,
    products=SOME,
    schemes=SOME,
    valid_from=DAYS,
    valid_until=DAYS,
    languages=st.sampled_from([tuple(Language), (Language.ZH,), (Language.EN,)]),
)
ASKERS = st.builds(
    Asker,
    staff=st.booleans(),
    language=st.sampled_from(Language),
    day=st.just(date(2026, 11, 20)),
    customer=st.none() | st.sampled_from(NAMES),
    contract=st.none() | st.sampled_from(NAMES),
    schemes=SOME,
    products=SOME,
)


def held_back(limits: dict[str, object], asker: Asker) -> Iterator[str]:
    """Yield what keeps an article from somebody, told over again in the plainest way."""
    theirs = {
        "customers": {asker.customer},
        "contracts": {asker.contract},
        "products": set(asker.products),
        "schemes": set(asker.schemes),
    }
    begins, ends = limits["valid_from"], limits["valid_until"]
    if isinstance(begins, date) and asker.day < begins:
        yield "not yet"
    if isinstance(ends, date) and ends < asker.day:
        yield "not any more"
    if asker.staff:
        return
    if limits["audience"] == "staff":
        yield "internal"
    if asker.language not in limits["languages"]:  # type: ignore[operator]  # a tuple
        yield "in another language"
    for name, known in theirs.items():
        wanted = set(limits[name])  # type: ignore[call-overload]  # a tuple
        if wanted and not wanted & known:
            yield name


@settings(deadline=None)
@given(st.lists(LIMITED, min_size=1, max_size=6), ASKERS)
def test_nothing_is_answered_or_offered_to_whom_it_is_not_for(
    every: list[dict[str, object]], asker: Asker
) -> None:
    articles = {}
    for number, limits in enumerate(every):
        fields = {name: value for name, value in limits.items() if name != "languages"}
        texts = {
            name: {lang: getattr(HOURS, name)[lang] for lang in limits["languages"]}  # type: ignore[attr-defined]
            for name in MAPPINGS
        }
        articles[f"n{number}"] = replace(limited(**fields, **texts), id=f"n{number}")
    knowledge = KnowledgeBase(tuple(articles.values()))
    theirs = {f"n{number}" for number, limits in enumerate(every) if not [*held_back(limits, asker)]}

    for question in ("几点上班？", "opening hours", "When are you open?"):
        hits = knowledge.search(question, lang=asker.language, readable=partial(readable, asker=asker))
        match decide(hits, knowledge.thresholds):
            case Answer(hit):
                shown = {hit.article.id}
            case Offer(offered):
                shown = {hit.article.id for hit in offered}
            case _:
                shown = set()
        assert shown <= theirs
        assert {hit.article.id for hit in hits} <= theirs
        if any(question in articles[name].titles.values() for name in theirs):
            assert hits
