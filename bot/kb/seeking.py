"""The entries worth a closer look: found by their rarest terms, put in order by all of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.kb.collection import Reals
from bot.kb.entry import Entry
from bot.kb.holding import Stretches
from bot.kb.keys import Places
from bot.kb.question import Question, Sought

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
    """Some entries of one part, and how well each matches the whole question (0 to about 1)."""

    sought: Sought
    entries: Places
    scores: Reals


def matched(question: Question, readable: Readable | None, count: int) -> tuple[Matched, ...]:
    """Return the `count` entries that match best, of those that are for who asks, by parts."""
    read, is_all = _terms_to_read(question)
    rough = _rough(question, read)
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
    terms = np.flatnonzero((question.held > 0) & (question.weight > 0))
    held = question.held[terms]
    if held.sum() <= POSTINGS:
        return terms, True
    order = held.argsort(kind="stable")
    few = held[order].cumsum() <= POSTINGS
    few[:RAREST] = True
    return terms[order[few]], bool(few.all())


def _rough(question: Question, read: Places) -> tuple[Matched, ...]:
    """Return every entry that holds one of these terms."""
    every = [(each, _posted(question, each, read)) for each in question.sought]
    faintest = round(FAINT * max((scores.max(initial=0.0) for _, scores in every), default=0.0), DIGITS)
    found = ((each, np.flatnonzero(scores > faintest), scores) for each, scores in every)
    return tuple(Matched(each, entries, scores[entries].round(DIGITS)) for each, entries, scores in found)


def _posted(question: Question, sought: Sought, read: Places) -> Reals:
    """Return how well every entry of a part matches some of the terms."""
    part, postings = sought.part, sought.part.segment.postings
    numbers = sought.numbers[read]
    known = np.flatnonzero(numbers >= 0)
    numbers = numbers[known]
    begins, ends = postings.begins[numbers], postings.begins[numbers + 1]
    every = Stretches.of(begins, ends)
    weights = every.out_of(postings.impacts) * question.weight[read[known]].repeat(ends - begins)
    scores = _summed(every.out_of(postings.holders), weights, part.alive.size)
    return scores if part.whole else scores * part.alive


def _whole(question: Question, found: Matched) -> Matched:
    """Return the same scored by all terms."""
    held = found.sought.part.segment.held
    every = Stretches.of(held.begins[found.entries], held.begins[found.entries + 1])
    asked = found.sought.positions.take(every.out_of(held.terms))
    hits = (asked > 0).nonzero()[0]
    whose = every.whose(hits)
    weights = question.weight[asked[hits] - 1] * held.strengths[every.before(hits, whose)]
    scores = _summed(whose, weights, found.entries.size).round(DIGITS)
    return Matched(found.sought, found.entries, scores)


def _of_whole(question: Question, found: Matched) -> Matched:
    """Return the same with scores as shares of what the whole question says."""
    return Matched(found.sought, found.entries, np.round(found.scores / question.weight.sum(), DIGITS))


def _best(found: tuple[Matched, ...], count: int) -> tuple[Matched, ...]:
    """Return the best entries of all parts together; ids, not places, decide between equals."""
    scores = np.concatenate([each.scores for each in found]) if found else np.zeros(0)
    if scores.size > count:
        high = scores[scores >= HIGH * scores.max()]
        among = high if high.size >= count else scores
        least = np.partition(among, among.size - count)[among.size - count]
        found = tuple(_those(each, each.scores >= least) for each in found)
        scores = np.concatenate([each.scores for each in found])
    if scores.size > count:
        marks = [each.sought.part.segment.marks[each.entries] for each in found]
        order = np.lexsort((np.concatenate(marks), -scores))
        chosen = np.zeros(scores.size, np.bool_)
        chosen[order[:count]] = True
        ends = np.cumsum([each.entries.size for each in found])
        found = tuple(
            _those(each, part) for each, part in zip(found, np.split(chosen, ends[:-1]), strict=True)
        )
    return tuple(each for each in found if each.entries.size)


def _summed(of: NDArray[np.integer], values: NDArray[np.floating], size: int) -> Reals:
    return np.bincount(of, values, size).astype(np.float64, copy=False)


def _those(found: Matched, chosen: NDArray[np.bool_]) -> Matched:
    return Matched(found.sought, found.entries[chosen], found.scores[chosen])


def _readable(found: Matched, readable: Readable) -> Matched:
    entries = found.sought.part.segment.entries
    return _those(found, np.array([readable(entries[number]) for number in found.entries], np.bool_))
