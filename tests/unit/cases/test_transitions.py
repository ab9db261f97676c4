from datetime import timedelta
from pathlib import Path

import pytest

from bot.cases.lifecycle import decide
from bot.cases.model import Status
from bot.cases.rows import Transition
from bot.cases.transitions import TRANSITIONS
from bot.cases.triggers import Context, TriggerKind
from bot.core.errors import UserError
from tests.unit.cases.build import OPENED, ZHAO, book, fitting, in_status, suited

ROWS = Path(__file__).with_name("rows.txt")
NOW = OPENED + timedelta(minutes=5)
CONTEXT = Context(now=NOW, book=book(), engineers=(ZHAO,))
PAIRS = [(status, kind) for status in Status for kind in TriggerKind]


def line(status: Status, kind: TriggerKind) -> str:
    """What a trigger really does to a case in a status, as a line of rows.txt."""
    case = suited(in_status(status), kind)
    decision = decide(case, fitting(kind, at=NOW), context=CONTEXT)
    events = [str(event) for event, _ in decision.case.events[len(case.events) :]]
    columns = (
        [str(status), str(kind)],
        [str(decision.case.status)],
        [str(fact.kind) for fact in decision.facts],
        events,
        [f"{tell.template}:{tell.to}" + "+" * tell.second_channel for tell in decision.tells],
    )
    return " | ".join(" ".join(column) for column in columns).rstrip()


def test_every_row_moves_records_and_tells_what_the_table_of_rows_says() -> None:
    """`status trigger | next status | facts | clock events | template:reader`, + for the second channel."""
    assert [line(*pair) for pair in PAIRS if pair in TRANSITIONS] == ROWS.read_text("utf-8").splitlines()


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair not in TRANSITIONS], ids=" ".join)
def test_what_has_no_row_is_refused_with_a_sentence(pair: tuple[Status, TriggerKind]) -> None:
    status, kind = pair
    case = suited(in_status(status), kind)

    with pytest.raises(UserError) as refused:
        decide(case, fitting(kind, at=NOW), context=CONTEXT)

    assert refused.value.key == f"refused.{status}"
    assert refused.value.values == {"case": case.key, "verb": kind}


@pytest.mark.parametrize("row", TRANSITIONS.values(), ids=[" ".join(pair) for pair in TRANSITIONS])
def test_every_row_cites_a_clause_or_says_that_it_is_ours(row: Transition) -> None:
    assert row.clause == "ours" or row.clause.startswith(("S0", "S1 A2", "S3", "S4", "C"))


def test_what_is_over_stays_over_but_for_words_on_their_way_and_the_stars() -> None:
    assert {kind for status, kind in TRANSITIONS if status is Status.ENDED} == {
        TriggerKind.SEND_REPLY,
        TriggerKind.TAKE_BACK,
        TriggerKind.RATE,
        TriggerKind.EDITED,
        TriggerKind.DELETED,
    }
