"""How questions went: told to those who keep articles."""

from collections.abc import Sequence

from bot.core.message import Block, Bullets, Code, Line, Message
from bot.core.text import cut
from bot.kb.outcomes import Figures, Outcomes
from bot.notify.build import para
from bot.notify.scene import Scene
from bot.notify.times import date_words

SHOWN_ITEMS = 10
SHOWN_QUESTION = 80
FIGURES = ("asked", "answered", "offered", "unknown", "along", "helped", "unhelped", "followed", "deflected")


def how_it_went(scene: Scene, outcomes: Outcomes) -> Message:
    """Show the figures of all questions, of each article and of each question."""
    days = {"first": date_words(scene, outcomes.first), "last": date_words(scene, outcomes.last)}
    if not outcomes.every.get("asked") and not outcomes.articles:
        return Message(blocks=(para(scene, "kb.went_nothing", **days),))
    return Message(
        title=scene.line("kb.went", **days),
        blocks=(
            para(scene, "kb.went_all", **_counts(outcomes.every)),
            *_section(scene, "articles", outcomes.articles),
            *_section(scene, "questions", outcomes.questions),
        ),
    )


def _section(scene: Scene, name: str, rows: Sequence[tuple[str, Figures]]) -> tuple[Block, ...]:
    if not rows:
        return ()
    lines: list[Line] = [
        scene.line(f"kb.went_{name}_one", what=Code(cut(what, SHOWN_QUESTION)), **_counts(figures))
        for what, figures in rows[:SHOWN_ITEMS]
    ]
    if len(rows) > SHOWN_ITEMS:
        lines.append(scene.line("kb.more", number=len(rows) - SHOWN_ITEMS))
    return (para(scene, f"kb.went_{name}"), Bullets(tuple(lines)))


def _counts(figures: Figures) -> dict[str, int]:
    return {name: figures.get(name, 0) for name in FIGURES}
