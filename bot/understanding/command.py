"""`casebell triage`: try a message, read a file of them, measure against labels, train the model anew."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.markup import escape
from rich.table import Table

from bot.configuration import load_triage, load_understanding
from bot.core.errors import ConfigError, Fault
from bot.core.people import Level
from bot.notify.picture import png
from bot.settings import Settings, load_settings
from bot.triage.concepts import FOLDER as CONCEPTS
from bot.triage.known import read_examples
from bot.triage.learning import Lesson
from bot.triage.learning import train as trained
from bot.triage.model import WEIGHTS, save
from bot.triage.reading import Reading
from bot.triage.rules import PACKAGED, load_rules
from bot.triage.triage import Triage, observe
from bot.triage.trimmings import FILE as TRIMMINGS
from bot.triage.trimmings import trimmed
from bot.understanding.reliability import svg
from bot.understanding.reviewing import candidates, figures, review
from bot.understanding.scoring import P_CLASSES, Score, likeliest, read_labelled
from bot.understanding.scoring import score as scored
from bot.upkeep import out

triage = typer.Typer(help="How messages are understood: try, measure, teach.", no_args_is_help=True)

EXAMPLES = WEIGHTS.with_name("examples")
"""What the packaged model learned from, a file for every hand that wrote, beside what is named to `train`."""

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines, a message each.")]


class Message(BaseModel):
    """A line to be read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int
    text: str


@triage.command(name="try")
def try_(text: Annotated[str, typer.Argument(help="The message, as somebody would write it.")]) -> None:
    """Show how one message is understood, and why."""
    reading = load_understanding(load_settings(Settings).config).understand(text)
    told = likeliest(reading)
    table = Table(show_header=False, box=None)
    table.add_row("intent", told.intent)
    table.add_row("level", _level(told.level))
    table.add_row("confidence", f"{reading.confidence:.2f}")
    table.add_row("definition", reading.clause or "–")
    if reading.kind:
        table.add_row("kind", reading.kind)
    if reading.ask:
        table.add_row(
            "until answered", f"{reading.intent}, level {_level(reading.level)} (asks: {reading.ask})"
        )
    for each in reading.evidence:
        table.add_row("evidence", escape(f"“{each.words}” ({each.rule})"))
    out.print(table)


@triage.command()
def predict(file: File) -> None:
    """Print the likeliest reading of every message of a file, as JSON lines."""
    reader = _triage()
    for message in _messages(file):
        line = json.dumps(_predicted(message.id, reader.understand(message.text)), ensure_ascii=False)
        typer.echo(line.encode(errors="replace"))  # half a character cannot be printed


@triage.command()
def score(
    file: File,
    picture: Annotated[
        Path | None, typer.Option(help="Where the reliability diagram goes: .png or .svg.")
    ] = None,
) -> None:
    """Measure against labels: shares, confusions, and whether confidence means something."""
    reader, gold = _triage(), read_labelled(file)
    result = scored(gold, [reader.understand(each.text) for each in gold])
    _show(result)
    if picture is not None:
        drawn = svg(result, title=file.stem)
        picture.write_bytes(drawn.encode() if picture.suffix == ".svg" else png(drawn))
        out.print(f"reliability diagram: {picture}")


@triage.command()
def train(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Labelled messages besides the packaged ones.")
    ] = None,
    into: Annotated[Path, typer.Option(help="The table of weights that is written.")] = WEIGHTS,
) -> None:
    """Train the model anew; the same messages and rules give the same bytes."""
    sources = (*sorted(EXAMPLES.glob("*.jsonl")), *(files or ()))
    rules = load_rules()
    lessons = [
        Lesson(each, observe(each.text, rules).features, hand)
        for hand, source in enumerate(sources)
        for each in chain(read_examples(source), trimmed(read_examples(source)))
    ]
    words = (TRIMMINGS, *sorted(PACKAGED.glob("*.toml")), *sorted(CONCEPTS.glob("*.toml")))
    model, left_out = trained(lessons, (*sources, *words))
    save(model, into)
    out.print(f"{into}: {len(lessons)} messages; of hands left out, {left_out.right:.3f} are read right.")


triage.command()(candidates)
triage.command()(review)
triage.command()(figures)


def _triage() -> Triage:
    return load_triage(load_settings(Settings).config)


def _messages(file: Path) -> Iterator[Message]:
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                yield Message.model_validate(json.loads(line))
            except (json.JSONDecodeError, ValidationError) as error:
                raise ConfigError(Fault(str(file), number, "line", "JSON with `id` and `text`")) from error


def _predicted(key: str | int, reading: Reading) -> dict[str, object]:
    told = likeliest(reading)
    return {
        "id": key,
        "intent": told.intent,
        "level": None if told.level is None else int(told.level),
        "p": None if told.level is None else P_CLASSES.get(told.level),
        "confidence": round(reading.confidence, 4),
        "evidence": [{"words": each.words, "rule": each.rule} for each in reading.evidence],
    }


def _level(level: Level | None) -> str:
    return "–" if level is None else f"{int(level)} ({P_CLASSES.get(level, 'no P class')})"


def _show(result: Score) -> None:
    _table(
        "What came out",
        ("measure", "share", "of"),
        ((s.name, f"{s.share:.3f}", f"{s.right}/{s.of}") for s in result.shares),
    )
    _table(
        "Most confused", ("meant", "understood", "times"), ((a, b, str(n)) for a, b, n in result.confusions)
    )
    bins = ((f"{b.confidence:.2f}", f"{b.right:.2f}", str(b.count)) for b in result.bins)
    _table("Reliability", ("how sure", "right", "messages"), bins)
    out.print(f"expected calibration error {result.calibration_error:.3f}")


def _table(title: str, heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(*heads, title=title)
    for row in rows:
        table.add_row(*row)
    out.print(table)
