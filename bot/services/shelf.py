"""The articles in force: those of the files and over them what people wrote, fresh in every transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from bot.kb.article import Article
from bot.kb.editing import NOTHING, Conflict, Edit, Mark, conflict, in_force
from bot.kb.search import KnowledgeBase
from bot.ports import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What is in force after the edits up to a mark; `hashes` are those of all of them, by their numbers."""

    mark: Mark = NOTHING
    knowledge: KnowledgeBase
    lasts: Mapping[str, Edit] = field(default_factory=dict)
    hashes: Mapping[int, str] = field(default_factory=dict)


class Shelf:
    """Follows the edits: whoever looks sees every edit that was committed before, by whichever process."""

    def __init__(self, filed: KnowledgeBase) -> None:
        self._catching_up = Lock()
        self._filed = self._state = _filed(filed)

    @property
    def complete(self) -> bool:
        """Whether the files have been read; large ones are while the desk works already."""
        return self._filed.knowledge.complete

    def renew(self, filed: KnowledgeBase) -> None:
        """Stand on other files from now on; edits lie over them as before."""
        with self._catching_up:
            self._filed = self._state = _filed(filed)

    def current(self, unit: Unit) -> KnowledgeBase:
        """Return what is known, without what this transaction itself has written so far."""
        return self._fresh(unit).knowledge

    def articles(self, unit: Unit) -> Mapping[str, Article]:
        """Return every article in force by its id."""
        return self._fresh(unit).knowledge.by_id

    def filed(self, article: str) -> Article | None:
        """Find an article as its file has it."""
        return self._filed.knowledge.by_id.get(article)

    def conflicts(self, unit: Unit) -> tuple[Conflict, ...]:
        """Return where files and edits disagree; nowhere while files have yet to be read."""
        if not self.complete:
            return ()
        lasts = self._fresh(unit).lasts.items()
        found = (conflict(self.filed(name), last) for name, last in sorted(lasts))
        return tuple(each for each in found if each)

    def _fresh(self, unit: Unit) -> _State:
        mark = unit.articles.mark()
        if not _holds(self._state, mark):
            with self._catching_up:
                if not _holds(self._state, mark):  # or somebody else was faster
                    self._state = self._caught_up(unit, mark)
        return self._state

    def _caught_up(self, unit: Unit, mark: Mark) -> _State:
        state = self._state
        since = unit.articles.edits(after=state.mark.number - 1)
        if state.mark.number and (not since or since[0].hash != state.mark.hash):
            state, since = self._filed, unit.articles.edits()  # these are edits of another history
        new = [edit for edit in since if state.mark.number < edit.number <= mark.number]
        changed = {edit.article: edit for edit in new}
        after = {name: in_force(self.filed(name), last) for name, last in changed.items()}
        return _State(
            mark=mark,
            knowledge=state.knowledge.changed(after),
            lasts={**state.lasts, **changed},
            hashes={**state.hashes, **{edit.number: edit.hash for edit in new}},
        )


def _filed(knowledge: KnowledgeBase) -> _State:
    return _State(knowledge=knowledge)


def _holds(state: _State, mark: Mark) -> bool:
    """Whether a state is of the same history as a mark, and no older: a snapshot may be."""
    return mark == state.mark or (mark != NOTHING and state.hashes.get(mark.number) == mark.hash)
