"""Articles for tests: one that is whole, and any that there can be."""

from datetime import date

from hypothesis import strategies as st

from bot.core.people import ContractId, CustomerId, Language
from bot.kb.article import INVISIBLE, Article, is_clean

HOURS = Article(
    id="support-hours",
    tags=("hours",),
    audience="all",
    titles={Language.ZH: "几点上班？", Language.EN: "When are you open?"},
    answers={Language.ZH: "九点到五点半。", Language.EN: "Nine to half past five."},
    aliases={Language.ZH: ("上班时间",), Language.EN: ("opening hours",)},
    sources={Language.ZH: "服务指南 4.2.2.1", Language.EN: "Service guide 4.2.2.1"},
    version=2,
    updated=date(2026, 11, 2),
)

TRICKY = st.sampled_from(
    [
        "## zh",
        "\\## en",
        "---",
        "=1+1",
        "'=1",
        "+86",
        "- no",
        "@x",
        "yes",
        "2026-11-02",
        "#",
        "a, b",
        'q"q',
        "null",
    ]
)


SEEN = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters=sorted(INVISIBLE))


def words() -> st.SearchStrategy[str]:
    """Anything that may stand on one line."""
    anything = st.text(SEEN, min_size=1, max_size=20).map(str.strip)
    return (TRICKY | anything).filter(lambda text: bool(text) and is_clean(text, lines=False))


def answers() -> st.SearchStrategy[str]:
    """Anything that may be an answer."""
    lines = (
        st.lists(TRICKY | st.text(SEEN, max_size=20), min_size=1, max_size=5).map("\n".join).map(str.strip)
    )
    return lines.filter(lambda text: bool(text) and is_clean(text, lines=True))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Any article there can be."""
    languages = draw(st.sampled_from([tuple(Language), (Language.ZH,), (Language.EN,)]))
    several = st.lists(words(), max_size=3).map(tuple)
    days = draw(st.lists(st.dates(), min_size=2, max_size=2).map(sorted))
    return Article(
        id=draw(st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)),
        tags=draw(several),
        audience=draw(st.sampled_from(["all", "staff"])),
        schemes=draw(several),
        customers=tuple(map(CustomerId, draw(several))),
        contracts=tuple(map(ContractId, draw(several))),
        products=draw(several),
        valid_from=draw(st.sampled_from([None, days[0]])),
        valid_until=draw(st.sampled_from([None, days[1]])),
        titles={language: draw(words()) for language in languages},
        answers={language: draw(answers()) for language in languages},
        aliases={language: draw(several) for language in languages},
        sources={language: draw(words()) for language in languages},
        version=draw(st.integers(1, 10_000)),
        updated=draw(st.dates()),
    )
