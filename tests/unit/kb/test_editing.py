"""Edits over files: what is in force, what is taken back, what contradicts what."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.core.people import Language, PersonId
from bot.kb.article import Article
from bot.kb.editing import Contradiction, Edit, EditKind, conflict, in_force, print_of, undo
from bot.kb.markdown import dump
from tests.unit.kb.articles import HOURS

LI = PersonId("li")
AT = datetime(2026, 11, 20, tzinfo=UTC)


def called(title: str) -> Article:
    return replace(HOURS, titles={**HOURS.titles, Language.EN: title})


def edit(
    body: Article | str | None, *, base: Article | None = HOURS, number: int = 1, before: int = 0
) -> Edit:
    kind = EditKind.WRITE if body else EditKind.RETIRE
    text = dump(body) if isinstance(body, Article) else body
    return Edit(
        article=HOURS.id,
        kind=kind,
        body=text,
        version=3,
        base=print_of(base),
        before=before,
        by=LI,
        at=AT,
        number=number,
    )


def test_the_last_edit_wins_over_the_file() -> None:
    assert in_force(HOURS, edit(called("Open when?"))) == called("Open when?")
    assert in_force(HOURS, edit("")) is None
    assert in_force(HOURS, edit(None)) == HOURS
    assert in_force(None, edit(called("New"), base=None)) == called("New")


def test_what_cannot_be_read_changes_nothing_and_is_told() -> None:
    written_by_a_newer_program = edit("---\nid: x\nmood: good\n---\n")

    assert in_force(HOURS, written_by_a_newer_program) == HOURS
    found = conflict(HOURS, written_by_a_newer_program)
    assert found is not None
    assert found.kind is Contradiction.UNREADABLE


def test_a_file_that_stays_as_it_was_contradicts_nothing() -> None:
    assert conflict(HOURS, edit(called("Open when?"))) is None
    assert conflict(None, edit(called("New"), base=None)) is None
    assert conflict(called("Since then"), edit(None)) is None


def test_a_file_that_says_what_was_written_contradicts_nothing() -> None:
    assert conflict(called("Open when?"), edit(called("Open when?"))) is None


def test_a_file_that_says_something_else_is_told() -> None:
    kinds = [
        conflict(called("Since then"), edit(called("Open when?"))),
        conflict(called("Since then"), edit(called("New"), base=None)),
        conflict(None, edit(called("Open when?"))),
        conflict(called("Since then"), edit("")),
    ]

    assert [found and found.kind for found in kinds] == [
        Contradiction.FILE_CHANGED,
        Contradiction.FILE_ADDED,
        Contradiction.FILE_GONE,
        Contradiction.FILE_CHANGED,
    ]


@given(st.lists(st.sampled_from(["one", "two", "", "undo"]), max_size=12))
def test_undoing_goes_back_step_by_step_to_the_file(acts: list[str]) -> None:
    history: dict[int, Edit] = {}
    stack: list[Article | None] = [HOURS]  # the model: what was in force, the newest last
    last: Edit | None = None
    for act in acts:
        if act == "undo":
            back = undo(history, last, by=LI, at=AT) if last else None
            assert (back is None) == (len(stack) == 1)
            if back is None:
                continue
            stack.pop()
            last = replace(back, number=len(history) + 1)
        else:
            stack.append(called(act) if act else None)
            before = last.number if last else 0
            last = edit(called(act) if act else "", number=len(history) + 1, before=before)
        history[last.number] = last
        assert in_force(HOURS, last) == stack[-1]
