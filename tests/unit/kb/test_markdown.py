"""An article as text: written and read back it is the same, and a fault has its line."""

import pytest
from hypothesis import given

from bot.core.errors import ConfigError
from bot.core.people import Language
from bot.kb.article import Article
from bot.kb.markdown import dump, parse
from tests.unit.kb.articles import HOURS, articles


@given(articles())
def test_what_is_written_reads_the_same(article: Article) -> None:
    assert parse(dump(article), "one.md") == article


@given(articles())
def test_what_is_written_is_written_the_same_again(article: Article) -> None:
    assert dump(parse(dump(article), "one.md")) == dump(article)


def test_line_ends_and_marks_of_other_systems_say_nothing() -> None:
    assert parse("\ufeff" + dump(HOURS).replace("\n", "\r\n"), "one.md") == HOURS


def test_an_article_may_be_written_in_one_language() -> None:
    text = dump(HOURS)
    chinese = text[: text.index("\n## en")].replace("audience: all", "audience: all\nlanguages: [zh]")
    for line in ("  en: When are you open?\n", "  en:\n  - opening hours\n", "  en: Service guide 4.2.2.1\n"):
        chinese = chinese.replace(line, "")

    article = parse(chinese, "one.md")

    assert article.languages == (Language.ZH,)
    assert article.questions(Language.EN) == ()
    assert article.spoken_to(Language.EN) is Language.ZH


@pytest.mark.parametrize(
    ("wrong", "line", "field"),
    [
        (("audience: all", "audience: all\nlanguages: [zh]"), 9, "titles.en"),
        (("audience: all", "audience: all\nlanguages: [fr]"), 6, "languages.0"),
        (("audience: all", "audience: all\nvalid_from: 2026-02-30"), 1, "front matter"),
        (
            ("audience: all", "audience: all\nvalid_from: 2026-11-02\nvalid_until: 2026-11-01"),
            7,
            "valid_until",
        ),
        (("When are you open?", '"When are\\nyou open?"'), 8, "titles.en"),
        (("Nine to half", "Nine to\x07 half"), 25, "answers.en"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(wrong: tuple[str, str], line: int, field: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse(dump(HOURS).replace(*wrong), "one.md")

    fault = error.value.faults[0]
    assert (fault.line, fault.field) == (line, field)
