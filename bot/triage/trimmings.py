"""What people put around what they say, and examples within it: training learns to pass over it."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from zlib import crc32

from bot.triage.known import Example

FILE = Path(__file__).parent / "model" / "trimmings.toml"

ONE_IN = 3
"""Of how many examples one is read a second time."""

HAN = re.compile("[\u3400-\u9fff]")


def trimmed(examples: Iterable[Example]) -> Iterator[Example]:
    """Yield some of the examples within what changes nothing; by their words, always the same ones alike."""
    trimmings: Mapping[str, Sequence[str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for example in examples:
        drawn = crc32(example.text.encode())
        if drawn % ONE_IN == 0:
            around = trimmings["zh" if HAN.search(example.text) else "en"]
            text = around[drawn // ONE_IN % len(around)].replace("{}", example.text)
            yield example.model_copy(update={"text": text})
