"""What the search engine knows of an article."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answer with every way of asking for it; texts as people wrote them."""

    id: str
    asked: Sequence[str]
    answer: str = ""
    tags: str = ""
