"""What is measured, as tables on a terminal; why an entry was found, in a few lines."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from statistics import fmean

import numpy as np
from rich import box
from rich.table import Table
from rich.text import Text

from bot.kb.engine import BY_RULE, Found
from bot.kb.entry import Entry
from bot.kb.features import FEATURES
from bot.kb.model import Weights
from bot.kb.normalise import normalise
from bot.knowledge.proving import FIGURES, Trial
from bot.knowledge.scoring import Decided, Scores

SHOWN = 6
"""How many reasons are shown of each entry."""

SHORTEST_SPAN = 2
HEARD = "bold green"


def why(found: Found, words: str, weights: Weights) -> Iterator[Text]:
    """Yield lines on why an entry was found: the wording, what each field shares, and what counted most."""
    wording = Text(found.wording)
    for start, end in spans(found.wording, words):
        wording.stylize(HEARD, start, end)
    yield Text("  asked as ").append(wording)
    shared = ((name, pieces(text, words)) for name, text in fields(found.entry).items())
    held = "; ".join(f"{name}: {', '.join(each[:SHOWN])}" for name, each in shared if each)
    yield Text(f"  found in {held or 'its sound or meaning alone'}")
    counted = found.features * (weights.order + BY_RULE)
    best = np.argsort(-np.abs(counted), kind="stable")[:SHOWN]
    reasons = (f"{FEATURES[n]} {found.features[n]:.2f} ({counted[n]:+.1f})" for n in best if counted[n])
    yield Text(f"  score {found.score:.1f}: {', '.join(reasons)}", style="dim")


def fields(entry: Entry) -> Mapping[str, str]:
    """Return what is searched of an entry, as it is read."""
    texts = {"questions": "\n".join(entry.asked), "answer": entry.answer, "tags": entry.tags}
    return {name: "\n".join(map(normalise, text.split("\n"))) for name, text in texts.items()}


def pieces(text: str, words: str) -> tuple[str, ...]:
    """Return the pieces of a question that a text holds, each once, the longest first."""
    found = {text[start:end].strip() for start, end in spans(text, words)}
    return tuple(sorted(found - {""}, key=lambda piece: (-len(piece), piece)))


def spans(wording: str, words: str) -> list[tuple[int, int]]:
    """Return where a wording has pieces of a question, the longest first to be found."""
    found, start = [], 0
    while start < len(wording):
        longest = next(
            (
                end
                for end in range(min(len(wording), start + len(words)), start + SHORTEST_SPAN - 1, -1)
                if wording[start:end] in words and not _cuts(wording, start) and not _cuts(wording, end)
            ),
            start,
        )
        if longest > start:
            found.append((start, longest))
        start = max(longest, start + 1)
    return found


def _cuts(text: str, at: int) -> bool:
    """Whether a place is in the middle of a Latin word or a number."""
    around = text[max(at - 1, 0) : at + 1]
    return len(around) == 2 and around.isascii() and around.isalnum()


def recalls(scores: Mapping[str, Scores]) -> Table:
    """Return a table of what is found, by set and kind of question."""
    table = _table("set", "kind", "questions", "recall@1", "recall@3", "MRR")
    for name, each in scores.items():
        for kind, recall in each.recall.items():
            figures = (recall.at_1, recall.at_3, recall.reciprocal)
            table.add_row(name, kind, f"{recall.questions:,}", *(f"{figure:.3f}" for figure in figures))
    return table


def decisions(scores: Mapping[str, Scores]) -> Table:
    """Return a table of what is decided and how far the confidence can be trusted."""
    table = _table(
        *("set", "AUROC", "near", "far", "calibration error", "answers right"),
        *("covered", "answered", "out of scope answered", "offers that hold it"),
    )
    for name, each in scores.items():
        decided = each.decided
        figures = (
            *each.auroc.values(),
            each.calibration_error,
            decided.right,
            decided.covered,
            decided.given,
            decided.outside,
            each.offered,
        )
        table.add_row(name, *(f"{figure:.3f}" for figure in figures))
    return table


def proofs(trials: Sequence[Trial]) -> Table:
    """Return a table of what weights reach on sets they have not seen, in whole banks and in halves."""
    table = _table("set", "bank", *FIGURES)
    whole = [each for each in trials if not each.draw]
    for one in whole:
        halves = [each.scores for each in trials if each.draw and each.name == one.name]
        table.add_row(one.name, "whole", *_figures([one.scores], fmean))
        if halves:
            table.add_row("", "half", *_figures(halves, fmean))
            table.add_row("", "worst", *_figures(halves))
    for bank, some in (("whole", whole), ("half", [each for each in trials if each.draw])):
        if some:
            table.add_row("mean", bank, *_figures([each.scores for each in some], fmean), style="bold")
    return table


def tradeoff(curve: Sequence[Decided], chosen: Decided) -> Table:
    """Return a table of what thresholds come to, the chosen one among them."""
    table = _table("threshold", "answers right", "covered", "answered", "out of scope answered")
    for each in sorted({*curve[5::10], chosen}, key=lambda one: one.threshold):
        style = "bold" if each == chosen else ""
        figures = (each.right, each.covered, each.given, each.outside)
        table.add_row(f"{each.threshold:.2f}", *(f"{figure:.3f}" for figure in figures), style=style)
    return table


def _figures(
    scores: Sequence[Scores], together: Callable[[Iterable[float]], float] | None = None
) -> Iterator[str]:
    """Yield figures of trials taken together, or else the worst of each."""
    for figure in FIGURES.values():
        yield f"{(together or figure.worst)([figure.of(each) for each in scores]):.3f}"


def values(scores: Scores) -> dict[str, object]:
    """Return the figures for programs."""
    return {
        "recall": {
            kind: {"questions": each.questions, "at_1": each.at_1, "at_3": each.at_3, "mrr": each.reciprocal}
            for kind, each in scores.recall.items()
        },
        "auroc": dict(scores.auroc),
        "calibration_error": scores.calibration_error,
        "decided": {
            "threshold": scores.decided.threshold,
            "right": scores.decided.right,
            "covered": scores.decided.covered,
            "answered": scores.decided.given,
            "out_of_scope_answered": scores.decided.outside,
        },
        "offered": scores.offered,
    }


def _table(*columns: str) -> Table:
    table = Table(*columns, box=box.SIMPLE)
    for column in table.columns[1:]:
        column.justify = "right"
    return table
