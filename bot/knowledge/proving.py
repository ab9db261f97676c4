"""How good weights are on sets they have not seen: each in turn, and asked of halves of its bank."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.kb.answer import DEFAULT
from bot.kb.engine import Engine
from bot.kb.keys import digest
from bot.knowledge.predicting import predict
from bot.knowledge.scoring import Scores, measured
from bot.knowledge.sets import CLEAN, NEAR, NOISE, LabelledLine, QuestionSet
from bot.knowledge.training import cases_of, train


@dataclass(frozen=True, slots=True)
class Trial:
    """What weights reach on a set that they were fitted without; draw 0 is its whole bank."""

    name: str
    draw: int
    scores: Scores


def trials(sets: Sequence[QuestionSet], draws: int, told: Callable[[int], object]) -> Iterator[Trial]:
    """Yield every set with its whole bank, then with half of it, drawn so many times.

    Args:
        sets: at least two.
        draws: how many halves of each bank.
        told: hears how many more questions were read or asked.
    """
    cases = [cases_of(each, lambda: told(1)) for each in sets]
    for out, questions in enumerate(sets):
        model = train([each for number, each in enumerate(cases) if number != out])
        for draw in range(draws + 1):
            asked = halved(questions, draw) if draw else questions
            engine = Engine.of(asked.bank, model)
            found = []
            for each in predict(engine, asked.questions, DEFAULT):
                found.append(each)
                told(1)
            yield Trial(questions.name, draw, measured(asked.questions, found, DEFAULT.answer))


def halved(questions: QuestionSet, draw: int) -> QuestionSet:
    """Return a set with about half of its bank: questions whose entries are gone are out of scope.

    As many of these are kept as it takes for the same part of the questions to be out of scope as before.
    """
    bank = tuple(entry for entry in questions.bank if _drawn(entry.id, draw) % 2)
    ids = {entry.id for entry in bank}
    asked = [_without(label, ids) for label in questions.questions]
    inside = [label for label in asked if label.gold_ids]
    outside = sorted(
        (label for label in asked if not label.gold_ids), key=lambda label: _drawn(label.qid, draw)
    )
    before = sum(bool(label.gold_ids) for label in questions.questions)
    kept = round(len(inside) * (len(asked) - before) / max(before, 1))
    return QuestionSet(questions.name, bank, (*inside, *outside[:kept]))


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that counts of a trial."""

    of: Callable[[Scores], float]
    worst: Callable[[Iterable[float]], float]


FIGURES: Mapping[str, Figure] = {
    "recall@1": Figure(lambda scores: scores.recall[CLEAN].at_1, min),
    "recall@3": Figure(lambda scores: scores.recall[CLEAN].at_3, min),
    "AUROC": Figure(lambda scores: scores.auroc["all"], min),
    "calibration error": Figure(lambda scores: scores.calibration_error, max),
    "answers right": Figure(lambda scores: scores.decided.right, min),
    "covered": Figure(lambda scores: scores.decided.covered, min),
    "out of scope answered": Figure(lambda scores: scores.decided.outside, max),
}
"""What counts of a trial, by its name."""


def _without(label: LabelledLine, ids: set[str]) -> LabelledLine:
    gold = tuple(each for each in label.gold_ids if each in ids)
    if gold or not label.gold_ids:
        return label.model_copy(update={"gold_ids": gold})
    return label.model_copy(
        update={"gold_ids": gold, "kind": f"{NEAR}_{NOISE}" if label.sort == NOISE else NEAR}
    )


def _drawn(identity: str, draw: int) -> int:
    return digest(f"{draw} {identity}") >> 8
