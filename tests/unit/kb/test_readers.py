"""Whose article it is: nobody is shown what is not theirs."""

from dataclasses import replace
from datetime import date

import pytest

from bot.core.people import ContractId, CustomerId, Language
from bot.kb.article import Article, Asker, readable
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
