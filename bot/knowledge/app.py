"""`casebell kb`: ask the search, measure it, fit it to question sets."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.configuration import INDEXING, SEARCH, load_configuration
from bot.core.errors import CasebellError
from bot.kb.answer import DEFAULT, Thresholds
from bot.kb.engine import Engine, route
from bot.kb.model import Model, fitted, load_model
from bot.kb.question import Question
from bot.knowledge.drawn import draw
from bot.knowledge.keeping import COMMANDS
from bot.knowledge.predicting import Prediction, predict
from bot.knowledge.proving import trials
from bot.knowledge.scoring import Decided, Scores, measured
from bot.knowledge.sets import LabelledLine, QueryLine, QuestionSet, read_bank, read_lines, read_sets
from bot.knowledge.shown import decisions, proofs, recalls, tradeoff, values, why
from bot.knowledge.training import cases_of
from bot.knowledge.training import train as trained
from bot.notify.picture import png
from bot.services.thresholds import read_thresholds, thresholds_text
from bot.settings import PROJECT, Settings, load_settings
from bot.upkeep import out, progress

kb = typer.Typer(
    help="Ask the knowledge base, measure its search, fit it; keep its articles.", no_args_is_help=True
)

TRAINING = PROJECT / "training"
"""The sets that come along; others are named."""

Bank = Annotated[Path, typer.Option("--kb", metavar="KB.jsonl", help="id, question, aliases?, answer?")]
Asked = Annotated[
    Path, typer.Option("--queries", metavar="Q.jsonl", help="qid, query; gold_ids and kind too to score.")
]
Folders = Annotated[
    list[Path],
    typer.Argument(metavar="SETS...", help="Folders of folders with kb.jsonl and queries.jsonl."),
]
Weights = Annotated[Path | None, typer.Option("--model", help="Weights of your own; else the shipped ones.")]
Picture = Annotated[Path | None, typer.Option("--picture", metavar="FILE", help="Draw it: .svg or .png.")]
Write = Annotated[bool, typer.Option("--write", help=f"Put them into {SEARCH} of the configuration.")]
AsJson = Annotated[bool, typer.Option("--json", help="Figures for programs.")]


@kb.command()
def search(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="As people would type it.")],
    limit: Annotated[int, typer.Option(min=1, max=20, help="How many articles at most.")] = 3,
) -> None:
    """Show which articles a question finds, how sure the search is, and why."""
    knowledge = load_configuration(load_settings(Settings).config, progress).knowledge
    engine = knowledge.engine
    read = Question.of(question, engine.index)
    out.print(f"read as: [bold]{escape(read.text.words) or '-'}[/]")
    weights = engine.model.routes[route(read)]
    found = engine.search(question, limit=limit)
    for number, each in enumerate(found, 1):
        out.print(f"{number}. [bold]{escape(each.entry.id)}[/] {each.confidence:.2f}")
        for line in why(each, read.text.words, weights):
            out.print(line)
    best = found[0].confidence if found else 0.0
    thresholds = knowledge.thresholds
    done = "answered" if best >= thresholds.answer else "offered" if best >= thresholds.offer else "not known"
    out.print(f"{done} (answer from {thresholds.answer:.2f}, offer from {thresholds.offer:.2f})")


@kb.command("predict")
def predict_(bank: Bank, queries: Asked, model: Weights = None) -> None:
    """Print what is done with every question, one line of JSON each."""
    engine = _engine(bank, model)
    asked = read_lines(queries, QueryLine)
    for each in predict(engine, asked, DEFAULT):
        typer.echo(each.line())


@kb.command()
def score(
    bank: Bank,
    queries: Asked,
    model: Weights = None,
    picture: Picture = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """Measure the search on questions whose answers are known."""
    labels, predictions = _predicted(bank, queries, model)
    found = measured(labels, predictions, DEFAULT.answer)
    if picture:
        _draw(picture, queries.parent.name, found, found.decided)
    if as_json:
        typer.echo(json.dumps(values(found), indent=1))
        return
    named = {bank.parent.name: found}
    out.print(recalls(named))
    out.print(decisions(named))


@kb.command()
def tune(
    queries: Annotated[
        Path, typer.Argument(metavar="FILE", help="Questions as for score: qid, query, gold_ids, kind.")
    ],
    precision: Annotated[
        float, typer.Option(min=0.5, max=1, help="What part of the answers shall be right.")
    ] = 0.9,
    bank: Annotated[
        Path | None, typer.Option("--kb", help="A bank; the articles in force if left out.")
    ] = None,
    model: Weights = None,
    picture: Picture = None,
    write: Write = False,  # noqa: FBT002 - typer's way to say a flag
) -> None:
    """Choose the threshold from which on so many answers are right, and show what it costs."""
    file = load_settings(Settings).config / SEARCH
    before = read_thresholds(file)
    labels, predictions = _predicted(bank, queries, model)
    found = measured(labels, predictions, before.answer)
    chosen = next((each for each in found.curve if each.right >= precision), None)
    if chosen is None:
        raise CasebellError(f"no threshold makes {precision:.0%} of the answers right on these questions")
    thresholds = Thresholds(answer=chosen.threshold, offer=min(before.offer, chosen.threshold))
    out.print(tradeoff(found.curve, chosen))
    if picture:
        _draw(picture, queries.name, found, chosen)
    if write:
        file.write_text(thresholds_text(thresholds), encoding="utf-8")
        out.print(f"{escape(str(file))}: answer {thresholds.answer:.2f}, offer {thresholds.offer:.2f}")
    else:
        out.print(thresholds_text(thresholds), markup=False)


@kb.command()
def train(
    folders: Folders,
    target: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where the weights are written.")],
    without: Annotated[
        list[str] | None, typer.Option(help="A set that is left out; may be repeated.")
    ] = None,
) -> None:
    """Fit the weights to question sets; the same sets give the same file, bit for bit."""
    sets = _sets(folders, without or ())
    model = _trained(sets)
    target.write_text(model.text(), encoding="utf-8")
    out.print(f"{escape(str(target))}: weights from {sum(len(each.questions) for each in sets):,} questions")


@kb.command()
def prove(
    folders: Folders,
    draws: Annotated[int, typer.Option(min=0, max=100, help="How many halves of each bank.")] = 0,
) -> None:
    """Measure weights on sets they were not fitted to: each in turn, its bank whole and in halves."""
    sets = _sets(folders)
    if len(sets) == 1:
        raise CasebellError(f"{sets[0].name} is the only set: weights need another to be fitted to")
    questions = sum(len(each.questions) for each in sets)
    with progress("asking", questions * (draws + 2)) as step:
        found = list(trials(sets, draws, step))
    out.print(proofs(found))


for _name, _command in COMMANDS.items():
    kb.command(_name)(_command)


def _sets(folders: Sequence[Path], without: Sequence[str] = ()) -> list[QuestionSet]:
    """Return every set of some folders, by name."""
    found = [each for folder in folders for each in read_sets(folder) if each.name not in without]
    return sorted(found, key=lambda each: each.name)


def _trained(sets: Sequence[QuestionSet]) -> Model:
    with progress("reading questions", sum(len(each.questions) for each in sets)) as step:
        cases = [cases_of(each, lambda: step(1)) for each in sets]
    return trained(cases)


def _predicted(
    bank: Path | None, queries: Path, model: Path | None
) -> tuple[list[LabelledLine], list[Prediction]]:
    labels = read_lines(queries, LabelledLine)
    if bank is None:
        engine = load_configuration(load_settings(Settings).config, progress).knowledge.engine
    else:
        engine = _engine(bank, model)
    predictions = []
    with progress("asking", len(labels)) as step:
        for each in predict(engine, labels, DEFAULT):
            predictions.append(each)
            step(1)
    return labels, predictions


def _engine(file: Path, model: Path | None) -> Engine:
    bank = read_bank(file)
    with progress(INDEXING, len(bank)) as told:
        return Engine.of(bank, _model(model), told)


def _model(file: Path | None) -> Model:
    return load_model(file) if file else fitted()


def _draw(file: Path, title: str, found: Scores, chosen: Decided) -> None:
    drawn = draw(title, found.steps, found.curve, chosen.threshold)
    if file.suffix == ".svg":
        file.write_text(drawn, encoding="utf-8")
    elif file.suffix == ".png":
        file.write_bytes(png(drawn))
    else:
        raise CasebellError(f"--picture {file}: expected a name that ends with .svg or .png")
