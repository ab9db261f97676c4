"""The search once more, one entry and one term after the other: slow, and easy to check by eye."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log1p, sqrt

from rapidfuzz.fuzz import ratio, token_sort_ratio

from bot.kb.engine import CANDIDATES
from bot.kb.entry import Entry
from bot.kb.features import NEAREST
from bot.kb.holding import ANSWER, ASKED, DRAG, SATURATION, TAGS, USUAL, WEIGHT
from bot.kb.keys import GROUP_OF, SHIFT, Group, Kind, digest, word_key
from bot.kb.question import SAYS
from bot.kb.seeking import FAINT
from bot.kb.sound import heard
from bot.kb.spelling import Spelling, mended, words_in
from bot.kb.terms import terms_of
from bot.kb.text import Text, is_negated, numerals

SAID = (Group.CHARACTER, Group.HAN, Group.WORD, Group.GRAM)
WRITTEN = (*SAID, Group.FRAME)
TINY = 1e-9


def terms(text: Text) -> Counter[int]:
    return Counter(terms_of([text]).keys.tolist())


def kind(key: int) -> Kind:
    return Kind(key >> int(SHIFT))


def group(key: int) -> Group:
    return Group(GROUP_OF[kind(key)])


@dataclass
class Known:
    """An entry with the impact and the fields of each of its terms, and its wordings."""

    entry: Entry
    impacts: dict[int, float] = field(default_factory=dict)
    fields: dict[int, int] = field(default_factory=dict)
    wordings: list[tuple[Text, frozenset[int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        asked = [Text.of(each[:400]) for each in self.entry.asked]
        self.wordings = [(text, frozenset(terms(text))) for text in asked]
        counted = {
            ASKED: sum((terms(text) for text in asked), Counter()),
            ANSWER: terms(Text.of(self.entry.answer[:4000])),
            TAGS: terms(Text.of(self.entry.tags)),
        }
        weights: Counter[int] = Counter()
        for bit, counts in counted.items():
            drag = 1 - DRAG[bit] + DRAG[bit] * counts.total() / USUAL[bit]
            for key, times in counts.items():
                weights[key] += times * WEIGHT[bit] / drag  # type: ignore[assignment]  # a sum of fractions
                self.fields[key] = self.fields.get(key, 0) | bit
        self.impacts = {key: weight / (weight + SATURATION) for key, weight in weights.items()}


@dataclass(frozen=True)
class Placed:
    """A candidate, the wording that is nearest and its features, none of them rounded but the first."""

    id: str
    wording: str
    features: Sequence[float]


class PlainSearch:
    """Everything that is known, in dictionaries."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.known = [Known(entry) for entry in entries]
        self.held = Counter(key for each in self.known for key in each.impacts)
        self.spelling = Spelling.of(words_in(_texts(self.known)))

    def rarity(self, key: int) -> float:
        held = self.held[key]
        return max(log1p((len(self.known) - held + 0.5) / (held + 0.5)), 0.02)

    def candidates(self, question: str) -> list[Placed]:
        """Return the candidates with their features, in no order that matters."""
        text = Text.of(question[:400])
        words = mended(text.words, [self.spelling], lambda word: self.held[int(word_key(word))])
        asked = Text(words, heard(words), text.names)
        weights = {key: self.rarity(key) * SAYS[kind(key)] for key in terms(asked)}
        scores = {
            each.entry.id: sum(weight * each.impacts.get(key, 0.0) for key, weight in weights.items())
            for each in self.known
        }
        least = FAINT * max(scores.values(), default=0.0)
        best = [each for each in self.known if scores[each.entry.id] > least]
        best.sort(key=lambda each: (-round(scores[each.entry.id], 9), digest(each.entry.id)))
        whole = sum(weights.values())
        return [self._placed(asked, each, scores[each.entry.id] / whole) for each in best[:CANDIDATES]]

    def _placed(self, asked: Text, known: Known, matched: float) -> Placed:
        keys = frozenset(terms(asked))
        likeness = [(self._likeness(keys, theirs), text, theirs) for text, theirs in known.wordings]
        near = sorted(sum(a * b for a, b in zip(each[0], (1.0, 0.4, 0.2), strict=True)) for each in likeness)
        cosines, wording, theirs = max(
            likeness, key=lambda each: each[0][0] + 0.4 * each[0][1] + 0.2 * each[0][2]
        )
        said, shared, total = self._sums(keys), self._sums(keys & theirs), self._sums(theirs)
        held = self._sums(keys & known.impacts.keys())
        told = self._sums({key for key in keys if known.fields.get(key, 0) & ANSWER})
        named, few = shared[Group.NAME] > 0, near[-NEAREST:]
        return Placed(
            known.entry.id,
            wording.words,
            (
                matched,
                *(
                    sum(self.rarity(key) * known.impacts.get(key, 0.0) for key in keys if group(key) is each)
                    / (said[each] + TINY)
                    for each in (Group.CHARACTER, Group.WORD, Group.FRAME, Group.GRAM, Group.CONCEPT)
                ),
                _of(held, SAID) / (_of(said, SAID) + 4 * TINY),
                _of(told, SAID) / (_of(said, SAID) + 4 * TINY),
                told[Group.WORD] / (said[Group.WORD] + TINY),
                *cosines,
                _of(shared, SAID) / (_of(said, SAID) + 4 * TINY),
                shared[Group.WORD] / (said[Group.WORD] + TINY),
                _of(shared, SAID) / (_of(total, SAID) + TINY),
                sum(few) / len(few),
                named,
                asked.words == wording.words,
                not named and total[Group.NAME] > 0 and said[Group.NAME] > 0,
                *_beside(asked, wording, sounds=any(kind(key) is Kind.SOUND1 for key in keys)),
            ),
        )

    def _likeness(self, keys: frozenset[int], theirs: frozenset[int]) -> tuple[float, ...]:
        return tuple(
            self._squares(keys & theirs, groups)
            / sqrt(self._squares(keys, groups) * self._squares(theirs, groups) + TINY)
            for groups in (WRITTEN, (Group.SOUND,), (Group.CONCEPT,))
        )

    def _squares(self, keys: frozenset[int], groups: Sequence[Group]) -> float:
        return sum(self.rarity(key) ** 2 for key in keys if group(key) in groups)

    def _sums(self, keys: frozenset[int] | set[int]) -> Mapping[Group, float]:
        sums: dict[Group, float] = dict.fromkeys(Group, 0.0)
        for key in keys:
            sums[group(key)] += self.rarity(key)
        return sums


def _beside(asked: Text, wording: Text, *, sounds: bool) -> tuple[float, ...]:
    ours, theirs = numerals(asked.words), numerals(wording.words)
    return (
        token_sort_ratio(asked.words, wording.words) / 100,
        ratio(asked.words, wording.words) / 100,
        ratio(asked.sound, wording.sound) / 100 if sounds else 0.0,
        len(ours & theirs) / max(len(ours), 1),
        ours != theirs,
        is_negated(asked.words) != is_negated(wording.words),
        min(len(asked.words), len(wording.words)) / max(len(asked.words), len(wording.words), 1),
    )


def _of(sums: Mapping[Group, float], groups: Sequence[Group]) -> float:
    return sum(sums[each] for each in groups)


def _texts(known: Sequence[Known]) -> list[str]:
    asked = [text.words for each in known for text, _ in each.wordings]
    return asked + [Text.of(each.entry.answer[:4000]).words for each in known]
