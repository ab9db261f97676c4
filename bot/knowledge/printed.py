"""What the knowledge base lacks and how questions went, as lines and a table for the operator."""

from collections.abc import Iterable, Iterator, Mapping

from rich.markup import escape
from rich.table import Column, Table

from bot.kb.outcomes import Outcomes
from bot.kb.wanted import Todo
from bot.ports import Tally
from bot.services.keeping import article_line

QUESTIONS = 20
"""How many are listed."""

FIGURES = ("asked", "answered", "offered", "unknown", "helped", "unhelped", "followed", "deflected", "along")


def question_lines(found: Todo) -> Iterator[str]:
    """Yield what people asked: without a good answer, in words no article knows, drafted."""
    for gap in found.gaps:
        counts = f"{gap.times} times, {gap.people} people, {gap.unanswered} unanswered, {gap.badly} badly"
        given = f"; given: {', '.join(gap.given)}" if gap.given else ""
        case = f"; solved in {gap.case}: kb add {gap.case}" if gap.case else ""
        yield f"[yellow]question[/] {escape(gap.question)}: {counts}{given}{case}"
    for alias in found.aliases:
        how = f"kb edit {alias.article} {alias.language} alias {alias.words}"
        yield f"[yellow]alias[/] {escape(how)} ({alias.times} times)"
    for number, case in found.drafts:
        yield f"[yellow]draft[/] {number}, from {case}: kb publish {number}"


def article_lines(found: Todo) -> Iterator[str]:
    """Yield what is to be looked at in articles themselves."""
    for one, other in found.twins:
        yield f"[yellow]twins[/] {one} and {other} say nearly the same"
    for article in found.stale:
        yield f"[yellow]stale[/] {article.id}, updated {article.updated}"
    for article in found.ending:
        yield f"[yellow]ending[/] {article.id}, valid until {article.valid_until}"
    for each in found.conflicts:
        yield f"[yellow]conflict[/] {article_line(each)}"


def summed(tallies: Iterable[Tally]) -> Mapping[str, Mapping[str, int]]:
    """Return the figures of several days by article, those of all questions under no name."""
    sums: dict[str, dict[str, int]] = {}
    for tally in tallies:
        figures = sums.setdefault(tally.article, {})
        for name, count in tally.figures.items():
            figures[name] = figures.get(name, 0) + count
    return sums


def questions_table(found: Outcomes) -> Table:
    """Return what became of the questions asked most, of those whose words are still kept."""
    table = Table(Column("question", overflow="fold"), *(Column(name, justify="right") for name in FIGURES))
    for question, figures in found.questions[:QUESTIONS]:
        table.add_row(escape(question), *(str(figures.get(name, 0)) for name in FIGURES))
    return table


def figures_table(tallies: Iterable[Tally]) -> Table:
    """Return the figures as a table, all questions first, then the articles asked for most."""
    table = Table(Column("article", no_wrap=True), *(Column(name, justify="right") for name in FIGURES))
    sums = summed(tallies)
    for article in sorted(sums, key=lambda name: (name != "", -sums[name].get("asked", 0), name)):
        counts = (str(sums[article].get(name, 0)) for name in FIGURES)
        table.add_row(article or "all questions", *counts)
    return table
