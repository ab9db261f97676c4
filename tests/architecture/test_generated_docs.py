from pathlib import Path

from bot.cases.docs import lifecycle_md

DOCS = Path(__file__).parents[2] / "docs"


def test_the_lifecycle_is_documented_as_it_is() -> None:
    """`make docs` writes it anew."""
    assert (DOCS / "lifecycle.md").read_text(encoding="utf-8") == lifecycle_md()
