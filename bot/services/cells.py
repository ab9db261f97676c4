"""What the bot does with words in each cell of the table in bot/services/intake.py; None says nothing."""

from dataclasses import replace

from bot.cases.lifecycle import words_of_customer
from bot.cases.model import LIVE, WORKING, Case, Status
from bot.cases.triggers import TriggerKind
from bot.core.message import Message
from bot.core.people import Audience
from bot.core.verbs import Verb
from bot.kb.answer import Answer, Unknown, Unread
from bot.notify.answers import (
    case_choice,
    closed_words,
    confirm_question,
    detail,
    joined,
    listing,
    note,
    words_after_solution,
)
from bot.notify.promises import nearest_first
from bot.ports import CaseQuery, Order
from bot.services import knowledge
from bot.services.cases import reopen
from bot.services.hearing import Hearing
from bot.services.heeding import heed
from bot.services.reporting import human, remember, report
from bot.sla.terms import URGENT

URGENT_LEVELS = tuple(int(level) for level in sorted(URGENT))


def record(hearing: Hearing) -> Case:
    """Write a customer's answer into their case, which follows what it says."""
    case = _record_as(hearing, words_of_customer(hearing.the_case))
    return heed(hearing.turn, case, hearing.reading)


def object_to_level(hearing: Hearing) -> Message | None:
    """The customer takes the level for wrong: owner and lead are told."""
    after = hearing.perform(hearing.trigger(TriggerKind.DISPUTE))
    remember(hearing.turn, hearing.text, "joined", after.key)
    return note(hearing.turn.scene, "done.dispute", case=after.key)


def _record_as(hearing: Hearing, kind: TriggerKind) -> Case:
    after = hearing.perform(hearing.trigger(kind))
    remember(hearing.turn, hearing.text, "joined", after.key)
    return after


def join(hearing: Hearing) -> Message | None:
    """Write words into the case they belong to; outside its thread that is said."""
    case = record(hearing)
    in_thread = hearing.turn.origin.place.thread is not None
    return None if in_thread else joined(hearing.turn.scene, case, hearing.text)


def join_quietly(hearing: Hearing) -> Message | None:
    """Small talk is a word, which restarts the month, but not the answer a case may wait for."""
    _record_as(hearing, TriggerKind.CUSTOMER_WROTE)
    return None


def join_solved(hearing: Hearing) -> Message | None:
    """Words after a solution restart the month and are asked about; “still” or “again” needs no asking."""
    scene = hearing.turn.scene
    return back_to_work(hearing) if hearing.reading.again else words_after_solution(scene, record(hearing))


def after_closing(hearing: Hearing) -> Message | None:
    """Words after closing are kept; “still” or “again” brings the case back to work."""
    scene = hearing.turn.scene
    return (
        back_to_work(hearing) if hearing.reading.again else closed_words(scene, record(hearing), hearing.text)
    )


def fault(hearing: Hearing) -> Message | None:
    """A fault opens a case (an article goes along), unless its group has a live urgent one: it joins that."""
    turn = hearing.turn
    urgent = turn.unit.cases.select(
        CaseQuery(
            lane=turn.origin.place.lane,
            customer=turn.where.customer,
            statuses=WORKING,
            levels=URGENT_LEVELS,
            limit=1,
        )
    )
    if urgent and not hearing.fresh and turn.where.audience is Audience.CUSTOMER:
        return joined(turn.scene, record(replace(hearing, case=urgent[0])), hearing.text)
    _reported(hearing)
    return knowledge.remedy(turn, hearing.text)


def question(hearing: Hearing) -> Message | None:
    """A question is answered, or offered a choice, or becomes a case, and that is said."""
    outcome = knowledge.look_up(hearing.turn, hearing.text)
    if isinstance(outcome, Unread):
        _reported(hearing)
        return note(hearing.turn.scene, "kb.unread_opened")
    if isinstance(outcome, Unknown):
        knowledge.missed(hearing.turn, hearing.text)
        _reported(hearing)
        return note(hearing.turn.scene, "kb.unknown_opened")
    return knowledge.answer(hearing.turn, hearing.text, outcome)


def question_in_case(hearing: Hearing) -> Message | None:
    """A question in a case's thread is the engineer's to see, and answered at once if we can."""
    record(hearing)
    outcome = knowledge.look_up(hearing.turn, hearing.text)
    if not isinstance(outcome, Answer):
        return None
    return knowledge.answer(hearing.turn, hearing.text, outcome)


def opened(hearing: Hearing) -> Message | None:
    """Open a case; below another one it is linked to that, whether that lives or not."""
    _reported(hearing)
    return None


def _reported(hearing: Hearing) -> Case:
    return report(hearing.turn, hearing.text, linked=hearing.about, reading=hearing.reading)


def status(hearing: Hearing) -> Message | None:
    """Tell the one case of a person, or list them, the nearest deadline first."""
    own = _own(hearing, *LIVE)
    if not own:
        return note(hearing.turn.scene, "no_cases")
    if len(own) == 1:
        return status_of_case(replace(hearing, case=own[0]))
    return listing(hearing.turn.scene, "your_cases", nearest_first(own))


def status_of_case(hearing: Hearing) -> Message | None:
    """Tell all that this place may see of a case."""
    case = hearing.the_case
    facts = tuple(recorded.fact for recorded in hearing.turn.unit.facts.of(case.id))
    return detail(hearing.turn.scene, case, facts)


def confirm_without_case(hearing: Hearing) -> Message | None:
    """“It works now” outside a thread closes the one case just solved; several are asked about."""
    scene, solved = hearing.turn.scene, _own(hearing, Status.SOLVED)
    if len(solved) == 1:
        return confirm(replace(hearing, case=solved[0]))
    if solved:
        return case_choice(scene, solved, Verb.CONFIRM, "")
    working = _own(hearing, *WORKING)
    return confirm_question(scene, working[0]) if len(working) == 1 else None


def ask_to_confirm(hearing: Hearing) -> Message | None:
    """“It works now” while the case is worked on closes nothing before somebody was asked."""
    return confirm_question(hearing.turn.scene, record(hearing))


def confirm(hearing: Hearing) -> Message | None:
    """Close a solved case."""
    return _done(hearing, hearing.perform(hearing.trigger(TriggerKind.CONFIRM)), Verb.CONFIRM)


def back_to_work(hearing: Hearing) -> Message | None:
    """Reopen a case; long after its end that is a new one."""
    turn = hearing.turn
    case = reopen(turn.unit, turn.desk, hearing.the_case.key, hearing.trigger(TriggerKind.REOPEN))
    return _done(hearing, case, Verb.REOPEN)


def _done(hearing: Hearing, case: Case, verb: Verb) -> Message | None:
    """Say what was done, unless the case lives in this very conversation and is told of it here anyway."""
    if case.place.lane == hearing.turn.origin.place.lane:
        return None
    scene, before = hearing.turn.scene, hearing.the_case.key
    if case.key != before:
        return note(scene, "done.reopen_new", case=before, new=case.key)
    return note(scene, f"done.{verb}", case=case.key, owner=scene.name(case.owner, case))


def reopen_latest(hearing: Hearing) -> Message | None:
    """“Still broken” reopens the person's latest solved or closed case; below one that is over, that one."""
    if hearing.case is not None:
        return back_to_work(hearing) if hearing.case.status is Status.ENDED else fault(hearing)
    done = _own(hearing, Status.SOLVED, Status.CLOSED, Status.ENDED)
    return back_to_work(replace(hearing, case=done[0])) if done else fault(hearing)


def small_talk(hearing: Hearing) -> Message | None:
    """Greet whoever greets the bot."""
    return note(hearing.turn.scene, "hello") if hearing.to_bot else None


def not_ours(hearing: Hearing) -> Message | None:
    """Say what the bot is there for to whoever asks it something else."""
    return note(hearing.turn.scene, "out_of_scope") if hearing.to_bot else None


def person_please(hearing: Hearing) -> Message | None:
    """An article that did not help is no case to reopen, but a question for a person."""
    human(hearing.turn, "")
    return None


def _own(hearing: Hearing, *statuses: Status) -> tuple[Case, ...]:
    """Return the person's own cases in these statuses, the newest first; in an unbound group only its own."""
    turn = hearing.turn
    unbound = turn.where.customer is None
    return turn.unit.cases.select(
        CaseQuery(
            reporter=turn.actor.person,
            customer=turn.where.customer,
            lane=turn.origin.place.lane if unbound else None,
            statuses=statuses,
            order=Order.NEWEST,
        )
    )
