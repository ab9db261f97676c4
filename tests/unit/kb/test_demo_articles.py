"""The demo company's articles are fit to be shown."""

import re
from pathlib import Path

from bot.core.people import Language
from bot.kb.loader import load_articles

ARTICLES = load_articles(Path(__file__).parents[3] / "demo" / "kb")
PHONE = re.compile(r"\d{3,4}-\d{3,4}-\d{4}")
FICTITIOUS_PHONE = re.compile(r"(?:400-000|010-0000)-01\d\d")


def test_there_are_enough_of_them() -> None:
    assert len(ARTICLES) >= 90


def test_each_can_be_asked_for_in_many_ways() -> None:
    short = [each.id for each in ARTICLES for language in Language if len(each.aliases[language]) < 4]
    assert short == []


def test_no_wording_asks_for_two_of_them() -> None:
    asked = [
        (wording.lower(), article.id)
        for article in ARTICLES
        for language in Language
        for wording in article.questions(language)
    ]
    assert len(dict(asked)) == len(set(asked))


def test_phone_numbers_and_addresses_are_fictitious() -> None:
    told = "\n".join(text for article in ARTICLES for text in article.answers.values())
    assert all(FICTITIOUS_PHONE.fullmatch(number) for number in PHONE.findall(told))
    assert all(address.endswith("example.com") for address in re.findall(r"@([\w.]+)", told))


def test_no_article_speaks_of_fees() -> None:
    told = "\n".join(
        text for article in ARTICLES if article.audience == "all" for text in article.answers.values()
    )
    assert not re.search(r"\d+\s*(?:元|yuan|CNY|USD|\$)", told)


def test_a_source_can_be_read_in_either_language() -> None:
    assert not [article.id for article in ARTICLES if not article.sources[Language.EN].isascii()]
