"""What weights do that were fitted to a set."""

import numpy as np

from bot.kb.model import Route
from bot.knowledge.app import TRAINING
from bot.knowledge.proving import halved, trials
from bot.knowledge.sets import QuestionSet, read_set, read_sets
from bot.knowledge.training import CaseSet, cases_of, evidence_of, train

HALF = 2


def likely(cases: CaseSet, fitted_to: CaseSet, way: Route) -> tuple[float, float]:
    """Return how sure weights are of the first entry on average, and how often it is right."""
    weights = train([fitted_to]).routes[way]
    known = [evidence_of(case, weights.order) for case in cases.cases if case.route is way]
    said = np.array([row @ weights.evidence + weights.offset for row, _ in known])
    return float((1 / (1 + np.exp(-said))).mean()), float(np.mean([right for _, right in known]))


def test_weights_are_as_sure_as_they_are_right() -> None:
    cases = cases_of(read_set(TRAINING / "desk_en"))
    sure, right = likely(cases, cases, Route.OTHER)
    assert abs(sure - right) < 0.005


def test_weights_stay_modest_on_questions_they_have_not_seen() -> None:
    cases = cases_of(read_set(TRAINING / "desk_zh"))
    seen, unseen = (CaseSet(cases.name, cases.cases[start::HALF]) for start in range(HALF))
    sure, right = likely(unseen, seen, Route.HAN)
    assert sure < right + 0.1


def test_a_half_asks_what_its_articles_no_longer_answer() -> None:
    whole = read_set(TRAINING / "desk_zh")
    half, other = halved(whole, 1), halved(whole, 2)

    ids = {entry.id for entry in half.bank}
    assert ids < {entry.id for entry in whole.bank}
    assert half == halved(whole, 1) != other
    assert all(ids.issuperset(label.gold_ids) for label in half.questions)
    assert any(label.qid not in outside(whole) for label in half.questions if not label.gold_ids)
    share, before = (len(outside(each)) / len(each.questions) for each in (half, whole))
    assert abs(share - before) < 0.01


def outside(questions: QuestionSet) -> set[str]:
    return {label.qid for label in questions.questions if not label.gold_ids}


def test_weights_are_tried_on_every_set_without_it() -> None:
    sets = read_sets(TRAINING)
    told: list[int] = []
    found = list(trials(sets, 1, told.append))

    assert [(each.name, each.draw) for each in found] == [
        ("desk_en", 0),
        ("desk_en", 1),
        ("desk_zh", 0),
        ("desk_zh", 1),
    ]
    assert sum(told) >= 2 * sum(len(each.questions) for each in sets)
    whole = found[0].scores
    assert whole.recall["clean"].questions == sum(bool(label.gold_ids) for label in sets[0].questions)
