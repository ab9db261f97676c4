"""What the trained model sees of a message: its words, what they mean, and what the rules found in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import sqrt
from zlib import crc32

from bot.triage.concepts import Clause, Meant
from bot.triage.intents import Row
from bot.triage.levels import Severity
from bot.triage.passage import Passage

BUCKETS = 1 << 17
"""Rows of the table of weights: features share rows by their checksum."""

LONGEST = 3
"""Signs of a Chinese piece, at most: a word has one to three."""

STEM = 5
"""Letters of an English word that its forms share."""

PIECE, MEANS = "piece", "means"
VIEWS: Mapping[str, float] = {
    PIECE: 1.6,
    "rule": 1.5,
    MEANS: 1.0,
    "where": 1.0,
    "then": 0.6,
    "later": 0.4,
    "with": 0.7,
    "next": 0.7,
    "mood": 0.7,
    "shape": 0.3,
}
"""How much each way of looking at a message weighs, however much it sees there."""

BAD = frozenset(
    {
        "attack",
        "cannot",
        "dead",
        "error",
        "idle",
        "lost",
        "manual",
        "nobody",
        "physical",
        "queue",
        "slow",
        "so_slow",
    }
)
GOOD = frozenset({"contained", "failover", "others", "recovered", "rest_works", "workaround", "works"})
"""Meanings that tell of a failure, and of what is well: together they give the mood of a clause."""

TURNS = frozenset({"question", "hypothetical", "past", "others", "negation", "quoting", "recovered"})
"""Meanings that change what the other words of their clause say."""

HAN = re.compile("[\u3400-\u9fff]+")
LATIN = re.compile(r"[a-z][a-z0-9']*|\d+")
DIGITS = re.compile(r"\d+")
ASKING = ("?", "吗", "呢", "么")

MOODS = {(True, True): "torn", (True, False): "bad", (False, True): "good", (False, False): "plain"}

Names = Sequence[str]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Features:
    """What a message is made of; `places` has, by view, where a word or a meaning stands first."""

    places: Mapping[str, Mapping[str, Place]]
    views: Mapping[str, Names]

    def weighted(self) -> dict[int, float]:
        """Return what each row of the table weighs; a view counts the same however long the message."""
        weights: dict[int, float] = {}
        for view, names in self.views.items():
            share = VIEWS[view] / sqrt(len(names) or 1)
            for name in names:
                row = bucket(view, name)
                weights[row] = weights.get(row, 0.0) + share
        return weights


def bucket(view: str, name: str) -> int:
    """Return the row of a feature."""
    return crc32(f"{view} {name}".encode()) % BUCKETS


def features(passage: Passage, row: Row, found: Severity | None, meant: Meant) -> Features:
    """Return what a message is made of, with what the rules and the lists of words made of it."""
    pieces = _pieces(passage.text).items()
    said = {name: place for name, place in pieces if passage.denied.isdisjoint(range(*place))}
    views = {
        PIECE: tuple(said),
        "rule": tuple(sorted(_ruled(passage, row, found))),
        "shape": tuple(_shape(passage.text, meant)),
    }
    return Features({PIECE: said, MEANS: meant.places}, views | _meanings(meant))


def _ruled(passage: Passage, row: Row, found: Severity | None) -> set[str]:
    said = {f"sign {sign}" for sign in passage.signs}
    said |= {f"intent {row.intent}", f"over {passage.over}", f"asked {'?' in passage.text}"}
    said.add("something" if passage.marks else "nothing")
    said.add(f"level {found.level} {found.ask}" if found else "level none")
    return said


def _shape(text: str, meant: Meant) -> Iterator[str]:
    plain = text.strip()
    yield f"long {min(len(plain).bit_length(), 9)}"
    yield f"clauses {min(len(meant.clauses), 6)}"
    yield f"questions {min(plain.count('?'), 2)}"
    yield f"asks {plain.endswith(ASKING)}"


def _meanings(meant: Meant) -> dict[str, Names]:
    """Return what the words mean: alone, by where they stand, in pairs, and from clause to clause."""
    said = [sorted(clause.said) for clause in meant.clauses]
    ordered = [clause.meanings for clause in meant.clauses]
    views: dict[str, Iterator[str]] = {
        MEANS: iter([*(each for clause in said for each in clause), f"share {meant.share}"]),
        "mood": _moods(meant.clauses),
        "where": _standing(meant.clauses, said),
        "then": (f"{a} {b}" for each in ordered for x, y in pairwise(each) for a in x for b in y),
        "later": (
            f"{a} {b}" for each in ordered for x, y in zip(each, each[2:], strict=False) for a in x for b in y
        ),
        "with": (f"{a} {b}" for each in said for a, b in combinations(each, 2)),
        "next": (f"{a} {b}" for x, y in pairwise(said) for a in x for b in y),
    }
    return {view: tuple(dict.fromkeys(names)) for view, names in views.items()}


def _standing(clauses: Sequence[Clause], said: Sequence[Sequence[str]]) -> Iterator[str]:
    for clause, each in zip(clauses, said, strict=True):
        turns = [*sorted(TURNS & clause.said), *(["asks"] if clause.asks else [])]
        yield from (f"{turn} {meaning}" for turn in turns for meaning in each if meaning != turn)
        yield from (f"{_mood(clause)} {meaning}" for meaning in each)
    if said:
        yield from (f"first {meaning}" for meaning in said[0])
        yield from (f"last {meaning}" for meaning in said[-1])


def _moods(clauses: Sequence[Clause]) -> Iterator[str]:
    moods = [_mood(clause) for clause in clauses]
    yield from moods
    yield from (f"{a} {b}" for a, b in pairwise(moods))
    yield from (f"{moods[0]} first", f"{moods[-1]} last") if moods else ()
    yield f"{min(moods.count('bad'), 4)} bad"


def _mood(clause: Clause) -> str:
    return MOODS[bool(BAD & clause.said), bool(GOOD & clause.said)]


def _pieces(text: str) -> dict[str, Place]:
    """Return runs of Chinese signs, words, pairs of words and their stems, with their places."""
    pieces: dict[str, Place] = {}
    for found in HAN.finditer(text):
        for start in range(*found.span()):
            for end in range(start + 1, min(start + LONGEST, found.end()) + 1):
                pieces.setdefault(text[start:end], (start, end))
    words = [(DIGITS.sub("0", found[0]), *found.span()) for found in LATIN.finditer(text)]
    for word, start, end in words:
        pieces.setdefault(f"{word}_", (start, end))
        if len(word) > STEM:
            pieces.setdefault(f"{word[:STEM]}-", (start, end))
    for (first, start, _), (second, _, end) in pairwise(words):
        pieces.setdefault(f"{first} {second}", (start, end))
    return pieces
