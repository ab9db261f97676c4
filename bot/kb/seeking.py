"""The entries worth a closer look: found by their rarest terms, put in order by all of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.kb.collection import Index, Part, Reals
from bot.kb.entry import Entry
from bot.kb.question import Question
from bot.kb.segment import Places, gathered

POSTINGS = 20_000
"""How many postings are read to find candidates; terms of too many entries only help to order them."""

RAREST = 4
"""Terms that are read however many entries hold them."""

FAINT = 0.1
"""Entries that match less than this share of the best are never looked at."""

HIGH = 0.4
"""Where enough entries match this share of the best, no other is compared with them."""

SHORTLIST = 2
"""How many times more entries are looked at with all their terms than are wanted."""

WIDER = 4
"""How many times more again, if too few of these are for who asks."""

DIGITS = 9
"""Decimal places of a score that count: the last bits depend on how a processor adds."""

Readable = Callable[[Entry], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """Some entries of one part, best first, and how well each matches the whole question (0 to about 1)."""

    part: Part
    entries: Places
    scores: Reals


def matched(question: Question, index: Index, readable: Readable | None, count: int) -> tuple[Matched, ...]:
    """Return the `count` entries that match best, of those that are for who asks, by parts."""
    read, is_all = _terms_to_read(question)
    rough = _rough(question, index, read)
    wanted = count if is_all else count * SHORTLIST
    while True:
        found = _best(rough, wanted)
        kept = tuple(_readable(each, readable) for each in found) if readable else found
        enough = sum(each.entries.size for each in kept) >= count
        if enough or sum(each.entries.size for each in found) < wanted:
            whole = kept if is_all else tuple(_whole(question, each) for each in kept)
            return tuple(_of_whole(question, each) for each in _best(whole, count))
        wanted *= WIDER


def _terms_to_read(question: Question) -> tuple[Places, bool]:
    """Return the rarest terms, and whether these are all that entries hold."""
    order = np.lexsort((question.keys, question.held))
    order = order[(question.held[order] > 0) & (question.weight[order] > 0)]
    few = np.cumsum(question.held[order]) <= POSTINGS
    few[:RAREST] = True
    return order[few], bool(few.all())


def _rough(question: Question, index: Index, read: Places) -> tuple[Matched, ...]:
    """Return every entry that holds one of these terms."""
    every = [(part, _posted(question, part, read)) for part in index.parts]
    faintest = round(FAINT * max((scores.max(initial=0.0) for _, scores in every), default=0.0), DIGITS)
    found = ((part, np.flatnonzero(scores > faintest), scores) for part, scores in every)
    return tuple(Matched(part, entries, scores[entries].round(DIGITS)) for part, entries, scores in found)


def _posted(question: Question, part: Part, read: Places) -> Reals:
    """Return how well every entry of a part matches some of the terms."""
    segment = part.segment
    numbers = segment.numbers(question.keys[read])
    known = np.flatnonzero(numbers >= 0)
    places, whose = gathered(segment.posted, numbers[known])
    weights = segment.impacts[places] * question.weight[read[known]][whose]
    scores = _summed(segment.holders[places], weights, len(segment.entries))
    return scores if part.alive.all() else scores * part.alive


def _whole(question: Question, found: Matched) -> Matched:
    """Return the same scored by all terms."""
    segment = found.part.segment
    places, whose = gathered(segment.begins, found.entries)
    asked = positions(question, found.part)[segment.terms[places]]
    hits = asked > 0
    weights = question.weight[asked[hits] - 1] * segment.strengths[places[hits]]
    scores = _summed(whose[hits], weights, found.entries.size).round(DIGITS)
    return Matched(found.part, found.entries, scores)


def _of_whole(question: Question, found: Matched) -> Matched:
    """Return the same with scores as shares of what the whole question says."""
    return Matched(found.part, found.entries, np.round(found.scores / question.weight.sum(), DIGITS))


def positions(question: Question, part: Part) -> NDArray[np.uint16]:
    """Return for each term of a part which of the question's it is, counted from 1; 0 for none."""
    numbers = part.segment.numbers(question.keys)
    known = np.flatnonzero(numbers >= 0)
    table = np.zeros(part.segment.keys.size, np.uint16)
    table[numbers[known]] = known + 1
    return table


def _best(found: tuple[Matched, ...], count: int) -> tuple[Matched, ...]:
    """Return the best entries of all parts together; ids, not places, decide between equals."""
    scores = np.concatenate([each.scores for each in found]) if found else np.zeros(0)
    if scores.size > count:
        high = scores[scores >= HIGH * scores.max()]
        among = high if high.size >= count else scores
        least = np.partition(among, among.size - count)[among.size - count]
        found = tuple(_those(each, each.scores >= least) for each in found)
        scores = np.concatenate([each.scores for each in found])
    marks = [each.part.segment.marks[each.entries] for each in found]
    if scores.size > count:
        order = np.lexsort((np.concatenate(marks), -scores))
        chosen = np.zeros(scores.size, np.bool_)
        chosen[order[:count]] = True
        ends = np.cumsum([each.entries.size for each in found])
        found = tuple(
            _those(each, part) for each, part in zip(found, np.split(chosen, ends[:-1]), strict=True)
        )
    return tuple(each for each in found if each.entries.size)


def _summed(of: NDArray[np.integer], values: NDArray[np.floating], size: int) -> Reals:
    return np.asarray(np.bincount(of, values, size), np.float64)


def _those(found: Matched, chosen: NDArray[np.bool_]) -> Matched:
    return Matched(found.part, found.entries[chosen], found.scores[chosen])


def _readable(found: Matched, readable: Readable) -> Matched:
    entries = found.part.segment.entries
    return _those(found, np.array([readable(entries[number]) for number in found.entries], np.bool_))
