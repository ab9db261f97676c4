"""When the bot speaks: a person's plain words become an answer, a case, a word in a case, or nothing.

The table REPLIES is the table of the same name in docs/conversation.md: intent by where the case stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.access import CUSTOMERS_EYES
from bot.cases.model import LIVE, WORKING, Status
from bot.cases.triggers import TriggerKind
from bot.core.filetypes import safe_name
from bot.core.inbound import IncomingMessage
from bot.core.matters import Emergency
from bot.core.message import Message
from bot.core.people import Audience
from bot.notify.answers import note
from bot.notify.files import what_about
from bot.services import cells, knowledge
from bot.services.asking import level_of_answer
from bot.services.hearing import Hearing, Stand, stand_of
from bot.services.reporting import remember
from bot.services.threads import case_of_words, exchanged
from bot.services.turn import Turn
from bot.triage.reading import Ask, Intent, Reading

ONLY_FILES = Reading(intent=Intent.FAULT, level=None, confidence=0.0)
"""How files without words are taken in a case: a picture is an answer, if anything is."""

ANSWER = Reading(intent=Intent.CHIT_CHAT, level=None, confidence=1.0)
"""How words are taken that answer our question: what they say of the level is the answer."""


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


def _is_read(hearing: Hearing, message: IncomingMessage) -> bool:
    """Whether words outside any case concern the bot: said to it, or where it reads everything."""
    turn = hearing.turn
    ours = turn.origin.place.thread is None or bool(exchanged(turn))
    return hearing.to_bot or (turn.where.reads_all and ours and not message.mentions)


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


def _customer_spoke(hearing: Hearing) -> Message | None:
    case = hearing.case
    if not hearing.text and stand_of(case) is Stand.NONE:
        return _ask_what_about(hearing)
    if case is not None and case.asked and case.status in WORKING:
        level = level_of_answer(hearing.turn.desk, Ask(case.asked), hearing.text)
        if level is not None:
            cells.record(replace(hearing, reading=ANSWER))
            hearing.perform(replace(hearing.trigger(TriggerKind.CLARIFY), level=level))
            return None
    if case is not None and case.status not in WORKING and isinstance(hearing.reading.kind, Emergency):
        return cells.opened(hearing)
    if case is not None and hearing.reading.objects and case.status in WORKING:
        return cells.object_to_level(hearing)
    in_thread = hearing.turn.origin.place.thread is not None
    intent = hearing.reading.intent
    if case is None and in_thread and intent in BELOW_ANSWER and exchanged(hearing.turn):
        return BELOW_ANSWER[intent](hearing)
    return REPLIES[intent, stand_of(case)](hearing)


def _ask_what_about(hearing: Hearing) -> Message:
    """Files alone say nothing: they wait, and go with what the person says next."""
    turn = hearing.turn
    remember(turn, "", "files", None)
    return what_about(turn.scene, [safe_name(each.name) for each in turn.files])


Cell = Callable[[Hearing], Message | None]

BELOW_ANSWER: Mapping[Intent, Cell] = {
    Intent.REOPEN: cells.person_please,
    Intent.CLOSE_CONFIRM: lambda hearing: note(hearing.turn.scene, "helped"),
}
"""What means something else in a thread where no case but a question was answered."""

REPLIES: Mapping[tuple[Intent, Stand], Cell] = {
    (Intent.FAULT, Stand.NONE): cells.fault,
    (Intent.FAULT, Stand.WORKING): cells.join,
    (Intent.FAULT, Stand.SOLVED): cells.join_solved,
    (Intent.FAULT, Stand.CLOSED): cells.after_closing,
    (Intent.HOW_TO, Stand.NONE): cells.question,
    (Intent.HOW_TO, Stand.WORKING): cells.question_in_case,
    (Intent.HOW_TO, Stand.SOLVED): cells.question_in_case,
    (Intent.HOW_TO, Stand.CLOSED): cells.question_in_case,
    (Intent.FEATURE_REQUEST, Stand.NONE): cells.opened,
    (Intent.FEATURE_REQUEST, Stand.WORKING): cells.opened,
    (Intent.FEATURE_REQUEST, Stand.SOLVED): cells.opened,
    (Intent.FEATURE_REQUEST, Stand.CLOSED): cells.opened,
    (Intent.COMPLAINT, Stand.NONE): cells.opened,
    (Intent.COMPLAINT, Stand.WORKING): cells.opened,
    (Intent.COMPLAINT, Stand.SOLVED): cells.opened,
    (Intent.COMPLAINT, Stand.CLOSED): cells.opened,
    (Intent.CASE_STATUS, Stand.NONE): cells.status,
    (Intent.CASE_STATUS, Stand.WORKING): cells.status_of_case,
    (Intent.CASE_STATUS, Stand.SOLVED): cells.status_of_case,
    (Intent.CASE_STATUS, Stand.CLOSED): cells.status_of_case,
    (Intent.CLOSE_CONFIRM, Stand.NONE): cells.confirm_without_case,
    (Intent.CLOSE_CONFIRM, Stand.WORKING): cells.ask_to_confirm,
    (Intent.CLOSE_CONFIRM, Stand.SOLVED): cells.confirm,
    (Intent.CLOSE_CONFIRM, Stand.CLOSED): cells.join_quietly,
    (Intent.REOPEN, Stand.NONE): cells.reopen_latest,
    (Intent.REOPEN, Stand.WORKING): cells.join,
    (Intent.REOPEN, Stand.SOLVED): cells.back_to_work,
    (Intent.REOPEN, Stand.CLOSED): cells.back_to_work,
    (Intent.CHIT_CHAT, Stand.NONE): cells.small_talk,
    (Intent.CHIT_CHAT, Stand.WORKING): cells.join_quietly,
    (Intent.CHIT_CHAT, Stand.SOLVED): cells.join_quietly,
    (Intent.CHIT_CHAT, Stand.CLOSED): cells.join_quietly,
    (Intent.OUT_OF_SCOPE, Stand.NONE): cells.not_ours,
    (Intent.OUT_OF_SCOPE, Stand.WORKING): cells.join_quietly,
    (Intent.OUT_OF_SCOPE, Stand.SOLVED): cells.join_quietly,
    (Intent.OUT_OF_SCOPE, Stand.CLOSED): cells.join_quietly,
}
"""What the bot does with each intent, by where the case stands that the words belong to."""
