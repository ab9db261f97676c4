"""Weights from question sets: first of the order, then of the confidence, each by Newton's method.

Nothing random, every sum in one order, weights rounded: the same sets give the same file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.kb.collection import Index, Reals
from bot.kb.engine import BY_RULE, candidates, route
from bot.kb.evidence import EVIDENCE, evidence
from bot.kb.features import AGAINST, FEATURES
from bot.kb.model import Model, Route, Weights, rounded
from bot.kb.question import Question
from bot.knowledge.sets import LabelledLine, QuestionSet

PRIOR = {
    "matched": 20.0,
    "words": 3.0,
    "grams": 2.0,
    "covered": 4.0,
    "answered": 2.0,
    "answered_words": 1.0,
}
"""What is believed of the order before any question is seen."""

TO_PRIOR = {Route.HAN: 3e-4, Route.OTHER: 3e-3}
"""How strongly weights are held to what was believed."""

TO_NOTHING = 2e-2
"""How strongly the weights of evidence are held to none."""

ROOT = 0.5
"""A set of n questions counts as n to this power: large ones do not drown the others."""

EVIDENCE_ROOT = 0.3
ENOUGH = 200
"""Questions of a set from which on each counts less for the confidence."""

SIGNS = np.array([-1.0 if name in AGAINST else 1.0 for name in FEATURES])

STEPS, GOOD = 60, 1e-9
HALVINGS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One question with its candidates."""

    label: LabelledLine
    question: Question
    route: Route
    features: Reals
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class CaseSet:
    """The cases of one set."""

    name: str
    cases: tuple[Case, ...]


def cases_of(questions: QuestionSet, told: Callable[[], object] = lambda: None) -> CaseSet:
    """Return what the search finds for every question of a set.

    Args:
        questions: the set.
        told: called after each question.
    """
    index = Index.of(questions.bank)
    cases = []
    for label in questions.questions:
        question = Question.of(label.query, index)
        compared = candidates(question) if question.keys.size else None
        told()
        if compared:
            ids, features = [entry.id for entry in compared.entries], compared.features
            right = np.isin(ids, label.gold_ids) if label.gold_ids else np.zeros(len(ids), np.bool_)
            cases.append(Case(label, question, route(question), features, right))
    return CaseSet(questions.name, tuple(cases))


def train(sets: Sequence[CaseSet]) -> Model:
    """Return the weights that suit the sets best."""
    weights = {way: _with_confidence(sets, way, order_of(sets, way)) for way in Route}
    return rounded(Model(weights))


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """Questions of which a candidate is right and another wrong, as one array."""

    features: Reals
    present: NDArray[np.bool_]
    right: NDArray[np.bool_]
    rule: Reals
    weight: Reals


def order_of(sets: Sequence[CaseSet], way: Route) -> Reals:
    """Return the weights of features for a route, none of the wrong sign."""
    listed = _listed(sets, way)
    prior = np.array([PRIOR.get(name, 0.0) for name in FEATURES])

    def value(weights: Reals) -> tuple[float, Reals, Reals]:
        scores = listed.features @ weights + listed.rule
        scores[~listed.present] = -np.inf
        likely = _softmax(scores)
        wanted = _softmax(np.where(listed.right, scores, -np.inf))
        hit = np.where(listed.right, likely, 0).sum(1)
        apart = weights - prior
        loss = TO_PRIOR[way] / 2 * (apart**2).sum()
        loss -= (listed.weight * np.log(np.maximum(hit, np.finfo(float).tiny))).sum()
        pull = (likely - wanted) * listed.weight[:, None]
        slope = np.einsum("nk,nkf->f", pull, listed.features) + TO_PRIOR[way] * apart
        mean = np.einsum("nk,nkf->nf", likely, listed.features)
        weighted = listed.features * (likely * listed.weight[:, None])[:, :, None]
        curve = np.tensordot(weighted, listed.features, axes=((0, 1), (0, 1)))
        curve += TO_PRIOR[way] * np.eye(weights.size) - (mean * listed.weight[:, None]).T @ mean
        return loss, slope, curve

    return np.asarray(_least(value, np.maximum(prior, 0.1), lowest=np.zeros(prior.size)) * SIGNS)


def _listed(sets: Sequence[CaseSet], way: Route) -> _Listed:
    chosen = [
        [case for case in each.cases if case.route is way and case.right.any() and not case.right.all()]
        for each in sets
    ]
    cases = [case for each in chosen for case in each]
    most = max((len(case.right) for case in cases), default=1)
    features = np.zeros((len(cases), most, len(FEATURES)))
    present, right = np.zeros((2, len(cases), most), np.bool_)
    for number, case in enumerate(cases):
        size = len(case.right)
        features[number, :size] = case.features * SIGNS
        present[number, :size], right[number, :size] = True, case.right
    weight = np.array([len(each) ** (ROOT - 1) for each in chosen for _ in each])
    return _Listed(
        features=features,
        present=present,
        right=right,
        rule=features @ (BY_RULE * SIGNS),
        weight=weight / max(weight.sum(), 1e-9),
    )


def _with_confidence(sets: Sequence[CaseSet], way: Route, order: Reals) -> Weights:
    """Return the weights of a route, those of its evidence fitted to how often the first was right.

    Weights that are held to nothing make everything look less sure or less unsure than it is: a second fit,
    of slope and offset alone, takes that back.
    """
    rows, hits, weights = [], [], []
    for each in sets:
        mine = [case for case in each.cases if case.route is way]
        for case in mine:
            row, hit = evidence_of(case, order)
            rows.append(row)
            hits.append(hit)
            weights.append(max(len(mine), ENOUGH) ** (EVIDENCE_ROOT - 1))
    if not rows:
        return Weights(order, np.zeros(len(EVIDENCE)), 0.0)
    table, right, weight = np.array(rows), np.array(hits, float), np.array(weights)
    middle, spread = table.mean(0), table.std(0) + 1e-6
    known = np.column_stack([(table - middle) / spread, np.ones(len(rows))])
    weight /= weight.sum()
    best = _likeliest(known, right, weight, np.r_[np.full(len(EVIDENCE), TO_NOTHING), 0.0])
    said = np.column_stack([known @ best, np.ones(len(rows))])
    slope, offset = _likeliest(said, right, weight, np.zeros(2))
    scaled = slope * best[:-1] / spread
    return Weights(order, scaled, float(slope * best[-1] + offset - scaled @ middle))


def _likeliest(known: Reals, right: Reals, weight: Reals, held: Reals) -> Reals:
    """Return the weights of the logistic curve that fits best, each so strongly `held` to none."""

    def value(flat: Reals) -> tuple[float, Reals, Reals]:
        said = known @ flat
        likely = 1 / (1 + np.exp(-said))
        loss = (weight * (np.logaddexp(0, said) - right * said)).sum() + (held * flat**2).sum() / 2
        slope = known.T @ (weight * (likely - right)) + held * flat
        curve = (known * (weight * likely * (1 - likely))[:, None]).T @ known + np.diag(held + 1e-12)
        return loss, slope, curve

    return _least(value, np.zeros(known.shape[1]), lowest=np.full(known.shape[1], -np.inf))


def evidence_of(case: Case, order: Reals) -> tuple[Reals, bool]:
    """Return the evidence for the best candidate of a case, and whether that one is right."""
    learned = case.features @ order
    ranked = np.argsort(-(learned + case.features @ BY_RULE), kind="stable")
    return evidence(case.question, learned[ranked], case.features[ranked]), bool(case.right[ranked[0]])


def _softmax(scores: Reals) -> Reals:
    likely: Reals = np.exp(scores - scores.max(1, keepdims=True))
    likely /= likely.sum(1, keepdims=True)
    return likely


def _least(value: Callable[[Reals], tuple[float, Reals, Reals]], start: Reals, *, lowest: Reals) -> Reals:
    """Return where a function of (loss, slope, curvature) is least and nothing below `lowest`."""
    at, (loss, slope, curve) = start, value(start)
    for _ in range(STEPS):
        free = (at > lowest) | (slope < 0)
        step: Reals = np.zeros(at.size)
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], -slope[free])
        for halving in range(HALVINGS):
            there: Reals = np.maximum(at + step / 2**halving, lowest)
            reached = value(there)
            if reached[0] < loss:
                break
        else:
            return at
        gained = loss - reached[0]
        at, (loss, slope, curve) = there, reached
        if gained < GOOD:
            return at
    return at
