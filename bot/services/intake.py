"""When the bot speaks: a person's plain words become an answer, a case, a word in a case, or nothing.

The table REPLIES is the table of the same name in docs/conversation.md: intent by where the case stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.access import CUSTOMERS_EYES
from bot.cases.lifecycle import words_of_customer
from bot.cases.model import FINAL, LIVE, WORKING, Case, Status
from bot.cases.triggers import Trigger, TriggerKind
from bot.core.filetypes import safe_name
from bot.core.inbound import IncomingMessage
from bot.core.message import Message
from bot.core.people import Audience, CaseKey
from bot.core.verbs import Verb
from bot.kb.answer import Answer, Unknown
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
from bot.notify.files import what_about
from bot.notify.promises import nearest_first
from bot.ports import CaseQuery, Order
from bot.services import knowledge
from bot.services.cases import perform, reopen
from bot.services.files import enclosed
from bot.services.reporting import human, remember, report
from bot.services.threads import case_of_words, exchanged
from bot.services.turn import Turn
from bot.sla.policy import URGENT
from bot.triage.reading import Ask, Intent, Reading

URGENT_LEVELS = tuple(int(level) for level in sorted(URGENT))

ONLY_FILES = Reading(intent=Intent.FAULT, level=None, confidence=0.0)
"""How files without words are taken in a case: a picture is an answer, if anything is."""

NEW_SUBJECT = ("新问题", "另一个问题", "new issue", "new problem", "another problem")


class Stand(StrEnum):
    """Where the case stands that a person's words belong to."""

    NONE = "none"
    WORKING = "working"
    SOLVED = "solved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A person's words, understood, with the case they belong to if there is one."""

    turn: Turn
    text: str
    to_bot: bool
    reading: Reading
    case: Case | None = None

    @property
    def the_case(self) -> Case:
        """That case; only asked for where the table has one."""
        if self.case is None:
            raise LookupError("these words belong to no case")
        return self.case

    @property
    def about(self) -> CaseKey | None:
        """The number of that case; none if there is none."""
        return self.case.key if self.case else None

    @property
    def fresh(self) -> bool:
        """Whether the person says that this is another problem."""
        return self.text.lower().startswith(NEW_SUBJECT)

    def trigger(self, kind: TriggerKind) -> Trigger:
        """Return the words, with the files that came with them, as a trigger of a case."""
        turn = self.turn
        return Trigger(
            kind=kind,
            by=turn.actor.person,
            said_at=turn.origin.said_at,
            text=self.text,
            enclosed=enclosed(turn),
        )

    def perform(self, trigger: Trigger) -> Case:
        """Do something to the case the words belong to."""
        return perform(self.turn.unit, self.turn.desk, self.the_case.key, trigger)


def heard(turn: Turn, message: IncomingMessage) -> Message | None:
    """Do what a person's plain words ask for and return the answer; None says nothing."""
    text, to_bot = message.text.strip(), message.to_bot or turn.origin.direct
    if not text and not message.files:
        return note(turn.scene, "hello") if to_bot else None
    reading = turn.desk.triage.understand(text) if text else ONLY_FILES
    hearing = Hearing(turn=turn, text=text, to_bot=to_bot, reading=reading)
    hearing = replace(hearing, case=case_of_words(turn, fresh=hearing.fresh))
    if turn.actor.staff:
        return _staff_spoke(hearing)
    if hearing.case is None and not _is_read(hearing, message):
        return None
    return _customer_spoke(hearing)


# --- whether the bot is meant, and whose cases -----------------------------------------------------------


def _is_read(hearing: Hearing, message: IncomingMessage) -> bool:
    """Whether words outside any case concern the bot: said to it, or where it reads everything."""
    turn = hearing.turn
    ours = turn.origin.place.thread is None or bool(exchanged(turn))
    return hearing.to_bot or (turn.where.reads_all and ours and not message.mentions)


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


# --- staff -----------------------------------------------------------------------------------------------


def _staff_spoke(hearing: Hearing) -> Message | None:
    """In the case's customer conversation staff answer the customer; elsewhere they note, or ask us."""
    answerable = hearing.case is not None and hearing.case.status in (*LIVE, Status.CLOSED)
    audience = hearing.turn.where.audience
    if audience in CUSTOMERS_EYES and answerable:
        hearing.perform(hearing.trigger(TriggerKind.STAFF_SPOKE))
        return None
    if audience is Audience.CUSTOMER:
        return None
    if hearing.to_bot and hearing.text:
        return knowledge.ask(hearing.turn, hearing.text)
    if answerable:
        hearing.perform(hearing.trigger(TriggerKind.NOTE))
    return None


# --- customers: the table --------------------------------------------------------------------------------


def _customer_spoke(hearing: Hearing) -> Message | None:
    case = hearing.case
    if not hearing.text and _stand(case) is Stand.NONE:
        return _ask_what_about(hearing)
    if case is not None and case.asked and case.status in WORKING:
        level = hearing.turn.desk.triage.answer_to_ask(Ask(case.asked), hearing.text)
        if level is not None:
            _record(hearing)
            hearing.perform(replace(hearing.trigger(TriggerKind.CLARIFY), level=level))
            return None
    in_thread = hearing.turn.origin.place.thread is not None
    intent = hearing.reading.intent
    if case is None and in_thread and intent in BELOW_ANSWER and exchanged(hearing.turn):
        return BELOW_ANSWER[intent](hearing)
    return REPLIES[intent, _stand(case)](hearing)


def _ask_what_about(hearing: Hearing) -> Message:
    """Files alone say nothing: they wait, and go with what the person says next."""
    turn = hearing.turn
    remember(turn, "", "files", None)
    return what_about(turn.scene, [safe_name(each.name) for each in turn.files])


def _stand(case: Case | None) -> Stand:
    if case is None or case.status in FINAL:
        return Stand.NONE
    if case.status is Status.SOLVED:
        return Stand.SOLVED
    return Stand.CLOSED if case.status is Status.CLOSED else Stand.WORKING


def _record(hearing: Hearing) -> Case:
    """Write a customer's answer into their case."""
    return _record_as(hearing, words_of_customer(hearing.the_case))


def _record_as(hearing: Hearing, kind: TriggerKind) -> Case:
    after = hearing.perform(hearing.trigger(kind))
    remember(hearing.turn, hearing.text, "joined", after.key)
    return after


def _join(hearing: Hearing) -> Message | None:
    case = _record(hearing)
    in_thread = hearing.turn.origin.place.thread is not None
    return None if in_thread else joined(hearing.turn.scene, case, hearing.text)


def _join_quietly(hearing: Hearing) -> Message | None:
    """Small talk is a word, which restarts the month, but not the answer a case may wait for."""
    _record_as(hearing, TriggerKind.CUSTOMER_WROTE)
    return None


def _join_solved(hearing: Hearing) -> Message | None:
    """Words after a solution restart the month and are asked about; “still” or “again” needs no asking."""
    scene = hearing.turn.scene
    return _back_to_work(hearing) if hearing.reading.again else words_after_solution(scene, _record(hearing))


def _after_closing(hearing: Hearing) -> Message | None:
    scene = hearing.turn.scene
    return (
        _back_to_work(hearing)
        if hearing.reading.again
        else closed_words(scene, _record(hearing), hearing.text)
    )


def _fault(hearing: Hearing) -> Message | None:
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
        return joined(turn.scene, _record(replace(hearing, case=urgent[0])), hearing.text)
    case = _reported(hearing)
    outcome = knowledge.remedy(turn, hearing.text)
    if case.asked or not isinstance(outcome, Answer):
        return None
    return knowledge.answer(turn, hearing.text, outcome)


def _question(hearing: Hearing) -> Message | None:
    """A question is answered, or offered a choice, or becomes a case."""
    outcome = knowledge.look_up(hearing.turn, hearing.text)
    if isinstance(outcome, Unknown):
        return _open(hearing)
    return knowledge.answer(hearing.turn, hearing.text, outcome)


def _question_in_case(hearing: Hearing) -> Message | None:
    """A question in a case's thread is the engineer's to see, and answered at once if we can."""
    _record(hearing)
    outcome = knowledge.look_up(hearing.turn, hearing.text)
    if not isinstance(outcome, Answer):
        return None
    return knowledge.answer(hearing.turn, hearing.text, outcome)


def _open(hearing: Hearing) -> Message | None:
    """Open a case; below another one it is linked to that, whether that lives or not."""
    _reported(hearing)
    return None


def _reported(hearing: Hearing) -> Case:
    return report(hearing.turn, hearing.text, linked=hearing.about, reading=hearing.reading)


def _status(hearing: Hearing) -> Message | None:
    own = _own(hearing, *LIVE)
    if not own:
        return note(hearing.turn.scene, "no_cases")
    if len(own) == 1:
        return _status_of_case(replace(hearing, case=own[0]))
    return listing(hearing.turn.scene, "your_cases", nearest_first(own))


def _status_of_case(hearing: Hearing) -> Message | None:
    case = hearing.the_case
    facts = tuple(recorded.fact for recorded in hearing.turn.unit.facts.of(case.id))
    return detail(hearing.turn.scene, case, facts)


def _confirm_without_case(hearing: Hearing) -> Message | None:
    """“It works now” outside a thread closes the one case just solved; several are asked about."""
    scene, solved = hearing.turn.scene, _own(hearing, Status.SOLVED)
    if len(solved) == 1:
        return _confirm(replace(hearing, case=solved[0]))
    if solved:
        return case_choice(scene, solved, Verb.CONFIRM, "")
    working = _own(hearing, *WORKING)
    return confirm_question(scene, working[0]) if len(working) == 1 else None


def _ask_to_confirm(hearing: Hearing) -> Message | None:
    return confirm_question(hearing.turn.scene, _record(hearing))


def _confirm(hearing: Hearing) -> Message | None:
    return _done(hearing, hearing.perform(hearing.trigger(TriggerKind.CONFIRM)), Verb.CONFIRM)


def _back_to_work(hearing: Hearing) -> Message | None:
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


def _reopen_latest(hearing: Hearing) -> Message | None:
    """“Still broken” reopens the person's latest solved or closed case; below one that is over, that one."""
    if hearing.case is not None:
        return _back_to_work(hearing) if hearing.case.status is Status.ENDED else _fault(hearing)
    done = _own(hearing, Status.SOLVED, Status.CLOSED, Status.ENDED)
    return _back_to_work(replace(hearing, case=done[0])) if done else _fault(hearing)


def _small_talk(hearing: Hearing) -> Message | None:
    return note(hearing.turn.scene, "hello") if hearing.to_bot else None


def _not_ours(hearing: Hearing) -> Message | None:
    return note(hearing.turn.scene, "out_of_scope") if hearing.to_bot else None


def _person_please(hearing: Hearing) -> Message | None:
    """An article that did not help is no case to reopen, but a question for a person."""
    human(hearing.turn, "")
    return None


Cell = Callable[[Hearing], Message | None]

BELOW_ANSWER: Mapping[Intent, Cell] = {
    Intent.REOPEN: _person_please,
    Intent.CLOSE_CONFIRM: lambda hearing: note(hearing.turn.scene, "helped"),
}
"""What means something else in a thread where no case but a question was answered."""

REPLIES: Mapping[tuple[Intent, Stand], Cell] = {
    (Intent.FAULT, Stand.NONE): _fault,
    (Intent.FAULT, Stand.WORKING): _join,
    (Intent.FAULT, Stand.SOLVED): _join_solved,
    (Intent.FAULT, Stand.CLOSED): _after_closing,
    (Intent.HOW_TO, Stand.NONE): _question,
    (Intent.HOW_TO, Stand.WORKING): _question_in_case,
    (Intent.HOW_TO, Stand.SOLVED): _question_in_case,
    (Intent.HOW_TO, Stand.CLOSED): _question_in_case,
    (Intent.FEATURE_REQUEST, Stand.NONE): _open,
    (Intent.FEATURE_REQUEST, Stand.WORKING): _open,
    (Intent.FEATURE_REQUEST, Stand.SOLVED): _open,
    (Intent.FEATURE_REQUEST, Stand.CLOSED): _open,
    (Intent.COMPLAINT, Stand.NONE): _open,
    (Intent.COMPLAINT, Stand.WORKING): _open,
    (Intent.COMPLAINT, Stand.SOLVED): _open,
    (Intent.COMPLAINT, Stand.CLOSED): _open,
    (Intent.CASE_STATUS, Stand.NONE): _status,
    (Intent.CASE_STATUS, Stand.WORKING): _status_of_case,
    (Intent.CASE_STATUS, Stand.SOLVED): _status_of_case,
    (Intent.CASE_STATUS, Stand.CLOSED): _status_of_case,
    (Intent.CLOSE_CONFIRM, Stand.NONE): _confirm_without_case,
    (Intent.CLOSE_CONFIRM, Stand.WORKING): _ask_to_confirm,
    (Intent.CLOSE_CONFIRM, Stand.SOLVED): _confirm,
    (Intent.CLOSE_CONFIRM, Stand.CLOSED): _join_quietly,
    (Intent.REOPEN, Stand.NONE): _reopen_latest,
    (Intent.REOPEN, Stand.WORKING): _join,
    (Intent.REOPEN, Stand.SOLVED): _back_to_work,
    (Intent.REOPEN, Stand.CLOSED): _back_to_work,
    (Intent.CHIT_CHAT, Stand.NONE): _small_talk,
    (Intent.CHIT_CHAT, Stand.WORKING): _join_quietly,
    (Intent.CHIT_CHAT, Stand.SOLVED): _join_quietly,
    (Intent.CHIT_CHAT, Stand.CLOSED): _join_quietly,
    (Intent.OUT_OF_SCOPE, Stand.NONE): _not_ours,
    (Intent.OUT_OF_SCOPE, Stand.WORKING): _join_quietly,
    (Intent.OUT_OF_SCOPE, Stand.SOLVED): _join_quietly,
    (Intent.OUT_OF_SCOPE, Stand.CLOSED): _join_quietly,
}
"""What the bot does with each intent, by where the case stands that the words belong to."""
