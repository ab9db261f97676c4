"""The search finds what a slow one finds that looks at every entry and every term by itself."""

from collections.abc import Sequence

import numpy as np
import pytest

from bot.kb.engine import Engine, candidates
from bot.kb.entry import Entry
from bot.kb.loader import load_articles
from bot.kb.question import Question
from bot.kb.search import KnowledgeBase
from bot.knowledge.sets import read_sets
from bot.settings import PROJECT
from tests.unit.kb.plain import PlainSearch

SLOWLY = 29
QUICKLY = 3
"""One question of so many: all of them take minutes."""

SETS = read_sets(PROJECT / "training")
ASKED = [label.query for each in SETS for label in each.questions]
DEMO = KnowledgeBase(load_articles(PROJECT / "demo" / "kb")).engine.index.parts[0].segment.entries
BANKS = {"demo": DEMO, **{each.name: each.bank for each in SETS}}


def edited(entries: Sequence[Entry]) -> Engine:
    """Return the engine of these entries after edits, none of which is left."""
    engine = Engine.of([*entries[: len(entries) // 2], Entry(id="passing", asked=("密码 password",))])
    for entry in entries[len(entries) // 3 :]:
        engine = engine.changed(Entry(id=entry.id, asked=("before 之前",)))
        engine = engine.changed(entry)
    return engine.without("passing")


@pytest.mark.parametrize("name", BANKS)
def test_the_slow_way_finds_the_same(name: str) -> None:
    entries = BANKS[name]
    plain = PlainSearch(entries)
    engines = [Engine.of(entries), edited(entries)]
    for question in ASKED[::SLOWLY]:
        wanted = {each.id: each for each in plain.candidates(question)}
        for engine in engines:
            found = candidates(Question.of(question, engine.index))
            ids = {each.id for each in found.entries} if found else set()
            assert ids == set(wanted), (name, question)
            if found is None:
                continue
            for entry, wording, features in zip(found.entries, found.wordings, found.features, strict=True):
                each = wanted[entry.id]
                assert wording == each.wording, (name, question, entry.id)
                np.testing.assert_allclose(
                    features,
                    np.array(each.features, np.float64),
                    atol=1e-6,
                    err_msg=f"{question}: {entry.id}",
                )


@pytest.mark.parametrize("name", BANKS)
def test_every_ranked_list_is_the_same_after_edits(name: str) -> None:
    anew, after = Engine.of(BANKS[name]), edited(BANKS[name])
    for question in ASKED[::QUICKLY]:
        ranked = [
            [(each.entry.id, each.score, each.confidence) for each in engine.search(question, limit=10)]
            for engine in (anew, after)
        ]
        assert ranked[0] == ranked[1], (name, question)
