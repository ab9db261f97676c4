"""What weights do that were fitted to a set."""

import numpy as np

from bot.kb.model import Route
from bot.knowledge.app import TRAINING
from bot.knowledge.sets import read_set
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
