"""Every message reads as it did when somebody last read it."""

import pytest

from bot.core.people import Language
from tests.golden.gallery import FOLDER, gallery


@pytest.mark.parametrize("lang", Language)
def test_every_message_reads_as_agreed(lang: Language) -> None:
    assert gallery(lang) == (FOLDER / f"{lang}.txt").read_text(encoding="utf-8"), (
        "if the new words are meant, run: python -m tests.golden.gallery"
    )
