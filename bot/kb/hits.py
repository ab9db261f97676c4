"""Where the terms of a question stand: in entries that were found, and in their wordings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.kb.collection import Weights
from bot.kb.holding import Stretches, gathered
from bot.kb.keys import Places
from bot.kb.seeking import Matched


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Where terms of the question stand in the entries."""

    whose: Places
    terms: Places
    """Which of the question's."""
    strengths: NDArray[np.floating]
    fields: NDArray[np.uint8]

    @classmethod
    def of(cls, found: Matched, first: int) -> Self:
        """Look at the entries of one part; `first` is the number of the first among all."""
        held = found.sought.part.segment.held
        every = Stretches.of(held.begins[found.entries], held.begins[found.entries + 1])
        terms = found.sought.positions.take(every.out_of(held.terms))
        hits = (terms > 0).nonzero()[0]
        whose = every.whose(hits)
        places = every.before(hits, whose)
        asked = terms[hits].astype(np.intp) - 1
        return cls(whose + first, asked, held.strengths[places], held.fields[places])

    @classmethod
    def together(cls, every: Sequence[Self]) -> Self:
        """Return those of several parts."""
        if len(every) == 1:
            return every[0]
        return cls(
            np.concatenate([each.whose for each in every]),
            np.concatenate([each.terms for each in every]),
            np.concatenate([each.strengths for each in every]),
            np.concatenate([each.fields for each in every]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Every wording of the entries, and where terms of the question stand in them."""

    places: Places
    whose: Places
    weights: Weights
    hits: Places
    """In which wordings; beside it which of the question's terms."""
    terms: Places

    @classmethod
    def of(cls, found: Matched, first: int) -> Self:
        """Look at the wordings of one part; `first` is the number of the first entry among all."""
        part = found.sought.part
        held, begins = part.segment.held, part.segment.wordings.begins
        rows, whose = gathered(begins, found.entries)
        firsts, ends = held.row_begins[begins[found.entries]], held.row_begins[begins[found.entries + 1]]
        terms = Stretches.of(firsts, ends).out_of(held.row_terms)
        counts = held.row_begins[rows + 1] - held.row_begins[rows]
        asked = found.sought.positions.take(terms)
        hits = (asked > 0).nonzero()[0]
        return cls(
            rows,
            whose + first,
            part.weights(rows, terms, counts),
            counts.cumsum().searchsorted(hits, "right"),
            asked[hits].astype(np.intp) - 1,
        )

    @classmethod
    def together(cls, every: Sequence[Self]) -> Self:
        """Return those of several parts."""
        if len(every) == 1:
            return every[0]
        befores = np.cumsum([0, *(each.whose.size for each in every)])
        return cls(
            np.concatenate([each.places for each in every]),
            np.concatenate([each.whose for each in every]),
            Weights.together([each.weights for each in every]),
            np.concatenate([each.hits + before for each, before in zip(every, befores, strict=False)]),
            np.concatenate([each.terms for each in every]),
        )
