"""Which words of a message count: not those quoted, denied, supposed, past, recovered or taken back."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from operator import itemgetter

from opencc import OpenCC

from bot.triage.rules import Mark, Rules, Sign

READ_LIMIT = 4000
"""Characters of a message that are read: more is a pasted log."""

FAILURES = frozenset(
    {Sign.DEAD, Sign.BROKEN, Sign.SLOW, Sign.STOPS, Sign.HAMPERS, Sign.DATA_LOST, Sign.ATTACK}
)
SCOPES = frozenset({Sign.EVERYONE, Sign.MANY, Sign.FEW})
OBJECTS = frozenset({Sign.SPARE, Sign.SIDE, Sign.CORE, Sign.WHOLE})
IMPACT = FAILURES | SCOPES | {Sign.SLIP}
DENIABLE = FAILURES | SCOPES | {Sign.RECOVERED, Sign.CONFIRMS, Sign.COMPLAINS, Sign.SUPPOSED}
DENIAL_REACH = 6
"""Characters that may stand between a denying word and what it denies; Latin ones count a third."""
ADOPTION_REACH = 8
"""Characters before or after a quotation within which it is adopted."""

CLAUSE = re.compile(
    r"[,，、;；:：()（）。！？!?\n]+|\.(?=\s|$)|(?=但是?|不过|只是)|(?=\s(?:but|however|though)\s)"
)
SENTENCE = re.compile(r"[。！!\n]+|[？?]+|\.(?=\s|$)")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』|^[ \t]*>[^\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A message with the marks that count.

    `text` is folded, without what is only quoted. `clauses` has the clause each mark stands in, by its place
    in `marks`. `over` says that a fault is told of which has passed, `denied` has the places of all signs
    that tell what is said not to be so.
    """

    text: str
    marks: tuple[Mark, ...]
    clauses: tuple[int, ...]
    over: bool
    denied: frozenset[int] = frozenset()

    @property
    def signs(self) -> frozenset[Sign]:
        """Everything that is said."""
        return frozenset(sign for mark in self.marks for sign in mark.signs)

    def by_clause(self) -> dict[int, tuple[Mark, ...]]:
        """Return the marks of every clause that has some, in order."""
        numbered = zip(self.clauses, self.marks, strict=True)
        return {
            number: tuple(mark for _, mark in group) for number, group in groupby(numbered, itemgetter(0))
        }


def fold(text: str) -> str:
    """Return `text` in half width, lower case and simplified characters, every character at its place."""
    folded = (unicodedata.normalize("NFKC", character).lower() for character in text)
    same = "".join(new if len(new) == 1 else old for new, old in zip(folded, text, strict=True))
    return same.translate(_simplified())


def read(text: str, rules: Rules) -> Passage:
    """Return what in `text` counts."""
    folded = fold(text[:READ_LIMIT])
    plain = _without_quotations(folded, rules)
    clauses = [found.start() for found in CLAUSE.finditer(plain)]
    sentences = [found.start() for found in SENTENCE.finditer(plain)]
    draft = _Draft(plain, clauses, sentences, _not_swallowed(rules.marks(plain)))
    stated = _without_denied(draft)
    dropped = set(draft.marks).difference(stated)
    denied = frozenset(place for mark in dropped for place in range(mark.start, mark.end))
    draft = replace(draft, marks=stated)
    for step in (_without_supposed, _without_past, _without_corrected):
        draft = replace(draft, marks=step(draft))
    live = _without_recovered(draft)
    numbers = tuple(draft.clause(mark) for mark in live)
    return Passage(plain, tuple(live), numbers, len(live) < len(draft.marks), denied)


@cache
def _simplified() -> Mapping[int, str]:
    """Return the simplified form of every character that has another."""
    characters = [chr(code) for code in range(0x3400, 0xA000)]
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(one): other for one, other in zip(characters, simplified, strict=True) if one != other}


@dataclass(frozen=True, slots=True)
class _Draft:
    """A message while its marks are being weeded out."""

    text: str
    clause_ends: Sequence[int]
    sentence_ends: Sequence[int]
    marks: Sequence[Mark]

    def clause(self, mark: Mark) -> int:
        return bisect_right(self.clause_ends, mark.start)

    def sentence(self, mark: Mark) -> int:
        return bisect_right(self.sentence_ends, mark.start)

    def said(self, sign: Sign) -> list[Mark]:
        return [mark for mark in self.marks if sign in mark.signs]


def _without_quotations(folded: str, rules: Rules) -> str:
    if QUOTED.search(folded) is None:
        return folded
    adopted = [mark for mark in rules.marks(folded) if Sign.ADOPTED in mark.signs]
    return QUOTED.sub(lambda found: _unless_adopted(found, adopted), folded)


def _unless_adopted(quotation: re.Match[str], adopted: Sequence[Mark]) -> str:
    """Return a quotation that the sender makes their own, or else a clause of blanks in its place."""
    for mark in adopted:
        before, after = quotation.start() - mark.end, mark.start - quotation.end()
        if 0 <= before <= ADOPTION_REACH or 0 <= after <= ADOPTION_REACH:
            return quotation[0]
    return ",".ljust(len(quotation[0]))


def _not_swallowed(marks: Sequence[Mark]) -> list[Mark]:
    """Drop marks inside longer ones: the longer words say what is meant, but a failure keeps its parts."""
    kept: list[Mark] = []
    reaching: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        reaching = [other for other in reaching if other.end > mark.start]
        if not any(_swallows(other, mark) for other in reaching):
            kept.append(mark)
        reaching.append(mark)
    return kept


def _swallows(longer: Mark, mark: Mark) -> bool:
    if mark.end > longer.end or (mark.start, mark.end) == (longer.start, longer.end):
        return False
    failure = bool(longer.signs & (FAILURES | {Sign.AGAIN}))
    return not (failure and mark.signs <= FAILURES | OBJECTS)


def _without_denied(draft: _Draft) -> list[Mark]:
    """Drop what is said not to be so."""
    denials = draft.said(Sign.DENIED)
    return [mark for mark in draft.marks if not (mark.signs & DENIABLE and _denied(mark, denials, draft))]


def _denied(mark: Mark, denials: Sequence[Mark], draft: _Draft) -> bool:
    for denial in denials:
        between = draft.text[denial.end : mark.start]
        near = denial.end <= mark.start and draft.clause(denial) == draft.clause(mark)
        if near and len(between.encode(errors="replace")) <= DENIAL_REACH * 3:
            return True
    return False


def _without_supposed(draft: _Draft) -> list[Mark]:
    """Drop the faults of sentences about what might be."""
    asking = {draft.sentence(mark) for mark in draft.said(Sign.ASKED_OF)}
    supposed = {draft.sentence(mark) for mark in draft.said(Sign.SUPPOSED)}
    supposed |= {draft.sentence(mark) for mark in draft.said(Sign.IF)} & asking
    return [mark for mark in draft.marks if not (mark.signs & IMPACT and draft.sentence(mark) in supposed)]


def _without_past(draft: _Draft) -> list[Mark]:
    """Drop the faults of clauses about an earlier time."""
    past = {draft.clause(mark) for mark in draft.said(Sign.PAST)}
    past -= {draft.clause(mark) for mark in draft.said(Sign.AGAIN)}
    return [mark for mark in draft.marks if not (mark.signs & IMPACT and draft.clause(mark) in past)]


def _without_corrected(draft: _Draft) -> list[Mark]:
    """Drop what a later correction takes back."""
    last = max((mark.end for mark in draft.said(Sign.CORRECTED)), default=0)
    if not any(mark.signs & (IMPACT | OBJECTS) for mark in draft.marks if mark.start >= last):
        return list(draft.marks)
    return [mark for mark in draft.marks if mark.start >= last or not mark.signs & IMPACT]


def _without_recovered(draft: _Draft) -> list[Mark]:
    """Drop the faults told before the words that they are over."""
    last = max((draft.clause(mark) for mark in draft.said(Sign.RECOVERED)), default=-1)
    return [mark for mark in draft.marks if draft.clause(mark) > last or not mark.signs & FAILURES]
