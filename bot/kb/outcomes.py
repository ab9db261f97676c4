"""What became of questions in some days: of all, by article, by question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Figures = Mapping[str, int]
"""How often each of: asked, answered, offered, unknown, along, helped, unhelped, followed, deflected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Figures from one day to another, both included; the most asked first, questions as last typed."""

    first: date
    last: date
    every: Figures
    articles: tuple[tuple[str, Figures], ...]
    questions: tuple[tuple[str, Figures], ...]
