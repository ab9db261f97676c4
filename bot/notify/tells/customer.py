"""What a customer is told of their case: where it was reported, and by mail when it closes."""

from bot.cases.decision import Tell
from bot.cases.model import Case, Status, WaitingFor
from bot.cases.wake import closes_at
from bot.core.message import Block, Bold, Button, Buttons, Field, Fields, Message, Paragraph, Quote, Tone
from bot.core.people import CaseKey, Level, PersonId
from bot.core.verbs import Verb
from bot.notify.build import level, para, press, presses, quoted, row, to_reporter
from bot.notify.cards import DISPUTE, question, remarks
from bot.notify.grading import contract_has_team
from bot.notify.promises import promised, still_promised
from bot.notify.scene import Scene
from bot.notify.times import allowance, clock, day, stamp
from bot.sla.closing import reopen_until
from bot.sla.policy import Milestone

STARS = ("1", "2", "3", "4", "5")


def new_owner(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say who has the case; who had it before is of no interest to the customer."""
    key = "tell.new_owner.other" if tell.data.get("from") else "tell.new_owner.first"
    return Message(blocks=(Paragraph((Bold(case.key), "  ", *scene.line(key, owner=_owner(scene, case)))),))


def level_changed(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say which level it is now, what falls under it, why, and what that promises."""
    old = scene.book.level_name(case.terms, Level(int(tell.data["from"] or case.level)), scene.lang)
    key = "level_changed." + ("confirmed" if tell.data["from"] == tell.data["to"] else "moved")
    return _told(
        scene,
        case,
        key,
        para(scene, f"tell.{key}.body", old=old, new=Bold(level(scene, case))),
        Paragraph((scene.book.level_definition(case.terms, case.level, scene.lang),)),
        *quoted(tell.text),
        *_fields(still_promised(scene, case)),
        *remarks(scene, case),
        *question(scene, case),
        *_objection(scene, case),
    )


def _objection(scene: Scene, case: Case) -> tuple[Buttons, ...]:
    """Let the customer object to a level that somebody of the staff has set."""
    if case.graded_by is None:
        return ()
    label = scene.say("button.dispute")
    return (Buttons((Button(label=label, verb=DISPUTE, case=case.key, as_of=case.version),)),)


def recounted(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Say what is promised now that public holidays are other ones."""
    return _told(
        scene, case, "recounted", *_body(scene, case, "recounted"), *_fields(still_promised(scene, case))
    )


def terms_moved(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Say what is promised now that the case goes by other terms."""
    return _told(
        scene, case, "terms_moved", *_body(scene, case, "terms_moved"), *_fields(still_promised(scene, case))
    )


def reply(scene: Scene, case: Case, tell: Tell) -> Message:
    """Hand on an engineer's words."""
    return _words(scene, case, "reply", tell)


def call_recorded(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say what was agreed on the telephone."""
    return _words(scene, case, "call_recorded", tell)


def diagnosis(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say what was found, and by when it will be fixed if that is promised."""
    return _words(scene, case, "diagnosis", tell, *promised(scene, case, Milestone.FIX))


def staff_note(scene: Scene, case: Case, tell: Tell) -> Message:
    """Hand on what staff added to the case."""
    return _words(scene, case, "staff_note", tell)


def visit_decided(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Say that somebody comes, by when if that is promised, and to which address."""
    address = case.reporter.address
    where = row(scene, "address", address) if address else None
    times = (*promised(scene, case, Milestone.ARRIVAL), *promised(scene, case, Milestone.FIX))
    fields = (*times, *((where,) if where else ()))
    ask: tuple[Block, ...] = (
        () if where else (para(scene, "tell.visit_decided.address"), *presses(scene, case, (Verb.ADD,)))
    )
    return _told(scene, case, "visit_decided", *_body(scene, case, "visit_decided"), *_fields(fields), *ask)


def visit_started(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Say that the engineer is on the way."""
    return _told(
        scene,
        case,
        "visit_started",
        *_body(scene, case, "visit_started"),
        *_fields(promised(scene, case, Milestone.ARRIVAL)),
    )


def arrived(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Say that the engineer is there, and by when it will be fixed if that is promised."""
    return _told(
        scene, case, "arrived", *_body(scene, case, "arrived"), *_fields(promised(scene, case, Milestone.FIX))
    )


def marked(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say what was noted, and by when what it promises is due."""
    choice = tell.data["choice"]
    team_comes = choice != "disaster" or contract_has_team(case)
    what = f"marked.{choice if team_comes else 'emergency'}"
    kind = tell.data.get("kind")
    first = (para(scene, f"emergency.{kind}"),) if kind else ()
    return _told(scene, case, what, *_body(scene, case, what), *first, *_fields(still_promised(scene, case)))


def waiting(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Say for whom the case waits, and what the customer can do about it."""
    whom = case.waiting or WaitingFor.CUSTOMER
    until = (
        (para(scene, "tell.waiting.until", at=clock(scene, case.waiting_until)),)
        if case.waiting_until
        else ()
    )
    ends = _closes_on(scene, case, "tell.waiting.closes") if whom is WaitingFor.CUSTOMER else ()
    verb = Verb.ADD if whom is WaitingFor.CUSTOMER else Verb.SHOW
    return _told(
        scene,
        case,
        f"waiting.{whom}",
        *_body(scene, case, f"waiting.{whom}"),
        *until,
        *ends,
        *presses(scene, case, (verb,)),
    )


def solution(scene: Scene, case: Case, tell: Tell) -> Message:
    """Propose the solution and ask whether it holds; say when the case closes by itself."""
    return _told(
        scene,
        case,
        "solution",
        to_reporter(case, *scene.line("tell.solution.body", who=_speaker(scene, case, tell))),
        *quoted(case.solution or tell.text),
        para(scene, "tell.solution.ask"),
        *_closes_on(scene, case, "tell.solution.closes"),
        Buttons((press(scene, Verb.CONFIRM, case), press(scene, Verb.REOPEN, case))),
        tone=Tone.GOOD,
    )


def closed(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say that the case is closed, on whose word, and until when it can be reopened."""
    behalf: tuple[Block, ...] = (
        (para(scene, "tell.closed.on_behalf", who=_speaker(scene, case, tell)), *quoted(tell.text))
        if tell.data.get("on_behalf")
        else ()
    )
    return _told(
        scene, case, "closed", *behalf, *_reopen_until(scene, case), *_reopen(scene, case), tone=Tone.GOOD
    )


def survey(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Ask for one to five stars."""
    stars = tuple(press(scene, Verb.RATE, case, words=number, label=f"star.{number}") for number in STARS)
    return _told(scene, case, "survey", para(scene, "tell.survey.body"), Buttons(stars))


def closed_by_silence(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Say that so long without an answer closed the case, and until when it can be reopened."""
    return _told(
        scene,
        case,
        "closed_by_silence",
        para(scene, "tell.closed_by_silence.body", length=_silence(scene, case)),
        *_reopen_until(scene, case),
        *_reopen(scene, case),
    )


def closed_mail(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Put the end of a case into a letter: what was reported, what solved it, how to reopen it."""
    return _letter(scene, case, "closed_mail")


def closed_by_silence_mail(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Put the end of a case that nobody answered into a letter."""
    return _letter(scene, case, "closed_by_silence_mail", length=_silence(scene, case))


def back_to_work(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Say that somebody works on it again, and what is promised now."""
    return _told(
        scene,
        case,
        "back_to_work",
        *_body(scene, case, "back_to_work"),
        *_fields(still_promised(scene, case)),
        *presses(scene, case, (Verb.ADD, Verb.SHOW, Verb.CHASE)),
    )


def merged(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say where the case goes on."""
    into = case.merged_into or CaseKey(str(tell.data["into"]))
    return _told(scene, case, "merged", para(scene, "tell.merged.body", into=Bold(into)))


def cancelled(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say that the case was withdrawn, with the reason given."""
    return _told(scene, case, "cancelled", para(scene, "tell.cancelled.body"), *quoted(tell.text))


def closing_notice(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Remind of the question still open, and of the day the case closes by itself."""
    solved = case.status is Status.SOLVED
    kind = "solved" if solved else "waiting"
    verbs = (Verb.CONFIRM, Verb.REOPEN) if solved else (Verb.ADD,)
    return _told(
        scene,
        case,
        f"closing_notice.{kind}",
        *_body(scene, case, f"closing_notice.{kind}"),
        *(quoted(case.solution) if solved else ()),
        *_closes_on(scene, case, "tell.closing_notice.closes"),
        *presses(scene, case, verbs),
    )


def _told(scene: Scene, case: Case, key: str, *blocks: Block, tone: Tone = Tone.PLAIN) -> Message:
    return Message(title=(f"{case.key} · {scene.say(f'tell.{key}.title')}",), blocks=blocks, tone=tone)


def _body(scene: Scene, case: Case, key: str) -> tuple[Paragraph, ...]:
    return (to_reporter(case, *scene.line(f"tell.{key}.body", owner=_owner(scene, case))),)


def _words(scene: Scene, case: Case, key: str, tell: Tell, *fields: Field) -> Message:
    said = to_reporter(case, *scene.line(f"tell.{key}.body", who=_speaker(scene, case, tell)))
    return _told(scene, case, key, said, *quoted(tell.text), *_fields(fields))


def _owner(scene: Scene, case: Case) -> str:
    return scene.name(case.owner, case) if case.owner else scene.directory.desk.name.to(scene.lang)


def _speaker(scene: Scene, case: Case, tell: Tell) -> str:
    """Return who speaks: whom the tell names as `by`, else the desk."""
    by = tell.data.get("by")
    return scene.name(PersonId(str(by)), case) if by else scene.directory.desk.name.to(scene.lang)


def _fields(fields: tuple[Field, ...]) -> tuple[Fields, ...]:
    return (Fields(fields),) if fields else ()


def _closes_on(scene: Scene, case: Case, key: str) -> tuple[Paragraph, ...]:
    at = closes_at(case, book=scene.book)
    return (para(scene, key, day=Bold(day(scene, at))),) if at else ()


def _reopen_until(scene: Scene, case: Case) -> tuple[Paragraph, ...]:
    if case.closed_at is None:
        return ()
    until = reopen_until(case.closed_at, case.terms, scene.book)
    return (para(scene, "tell.closed.reopen", day=Bold(day(scene, until))),)


def _reopen(scene: Scene, case: Case) -> tuple[Buttons, ...]:
    return presses(scene, case, (Verb.REOPEN,))


def _silence(scene: Scene, case: Case) -> str:
    return allowance(scene, scene.book.windows(case.terms).closes_after)


def _letter(scene: Scene, case: Case, key: str, **values: str) -> Message:
    fields = (
        row(scene, "number", case.key),
        row(scene, "opened", stamp(scene, case.opened_at)),
        *((row(scene, "closed", stamp(scene, case.closed_at)),) if case.closed_at else ()),
    )
    solved = (para(scene, "tell.letter.solution"), Quote(case.solution)) if case.solution else ()
    return _told(
        scene,
        case,
        key,
        para(scene, "tell.letter.greeting", name=scene.name(case.reporter.person, case)),
        para(scene, f"tell.{key}.body", **values),
        Fields(fields),
        para(scene, "tell.letter.reported"),
        Quote(case.brief),
        *solved,
        *_reopen_until(scene, case),
        para(scene, "tell.letter.how", command=scene.say("tell.letter.command", case=case.key)),
        para(scene, "tell.letter.signature", desk=scene.directory.desk.name.to(scene.lang)),
    )
