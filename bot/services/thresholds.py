"""From which confidence on a deployment answers and offers: a file of its own beside the articles."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.kb.answer import DEFAULT, Thresholds
from bot.sla.files import FileModel, read_toml

Confidence = Annotated[float, Field(ge=0, le=1)]


class ThresholdFile(FileModel):
    """The thresholds of one deployment."""

    answer: Confidence = DEFAULT.answer
    offer: Confidence = DEFAULT.offer

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.offer > self.answer:
            raise ValueError("offer: at most what answer is")
        return self


def read_thresholds(file: Path) -> Thresholds:
    """Return the thresholds of a file, the shipped ones where there is none.

    Raises:
        ConfigError: the file has faults.
    """
    if not file.is_file():
        return DEFAULT
    read = read_toml(file, ThresholdFile)
    return Thresholds(answer=read.answer, offer=read.offer)


def thresholds_text(thresholds: Thresholds) -> str:
    """Return thresholds as their file holds them."""
    return (
        "# From which confidence on an article is given as the answer, and from which its title is offered.\n"
        f"answer = {thresholds.answer:.2f}\noffer = {thresholds.offer:.2f}\n"
    )
