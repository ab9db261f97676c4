"""What the desk's own people are told: owner, lead, manager, the rung reached, the operator."""

from collections.abc import Mapping

from bot.cases.model import Case, Status, Tell, To
from bot.core.message import Block, Bold, Buttons, Field, Fields, Message, Paragraph, Quote, Span, Tone
from bot.core.people import PersonId, Role
from bot.core.verbs import Verb
from bot.notify.build import brief, level, para, press, presses, row
from bot.notify.cards import customer, reporter, status, tone, unpromised
from bot.notify.promises import deadline, earliest, find, next_rung, scheme_title
from bot.notify.scene import Scene
from bot.notify.times import allowance, clock, duration
from bot.sla.milestones import Running
from bot.sla.policy import Milestone

WORK = (Verb.ACK, Verb.REPLY, Verb.ASSIGN)
"""An owner's buttons; what is acknowledged is not acknowledged again."""

DECIDE = {Verb.TAKE: "take", Verb.ASSIGN: "reassign"}
SUPERVISE = {**DECIDE, Verb.NOTED: "noted"}
"""A supervisor's buttons with their labels; only what climbs the ladder is noted."""


def assigned(scene: Scene, case: Case, tell: Tell) -> Message:
    """Hand the case to its new owner."""
    body = "tell.assigned.again" if tell.data.get("from") else "tell.assigned.first"
    return _told(scene, case, "assigned", para(scene, body), *_summary(scene, case), _work(scene, case))


def taken_from_you(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the former owner that the case is somebody else's."""
    return _line(scene, case, "taken_from_you", owner=scene.name(case.owner, case))


def level_clarified(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the owner what the customer answered about the impact."""
    return _told(
        scene,
        case,
        "level_clarified",
        para(scene, "tell.level_clarified.body", level=Bold(level(scene, case))),
        *_quoted(tell.text),
        *_next(scene, case),
    )


def customer_wrote(scene: Scene, case: Case, tell: Tell) -> Message:
    """Hand on the customer's words."""
    return _told(scene, case, "customer_wrote", *_quoted(tell.text), *presses(scene, case, (Verb.REPLY,)))


def chased(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say that the customer asks again, and how often by now."""
    return _told(
        scene,
        case,
        "chased",
        para(scene, "tell.chased.body", times=case.chases, owner=scene.name(case.owner, case)),
        *_quoted(tell.text),
        *_summary(scene, case),
        _asked(scene, case, tell, DECIDE),
        colour=Tone.WARNING,
    )


def visit_requested(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say that the customer asks for a visit, which staff decide."""
    return _told(
        scene,
        case,
        "visit_requested",
        para(scene, "tell.visit_requested.body"),
        *_quoted(tell.text),
        *_summary(scene, case),
        *presses(scene, case, (Verb.ONSITE, Verb.REPLY)),
    )


def wait_over(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the owner that the agreed waiting time is over."""
    return _told(
        scene,
        case,
        "wait_over",
        para(scene, "tell.wait_over.body"),
        *_summary(scene, case),
        *presses(scene, case, (Verb.REPLY, Verb.WAIT)),
    )


def escalated(scene: Scene, case: Case, tell: Tell) -> Message:
    """Ask for help; without a reason nobody asked, but nobody is left to try."""
    alone = not tell.text.strip()
    whom = scene.say(f"word.escalation.{tell.data['choice']}")
    body = (
        para(scene, "tell.escalated.nobody_left", tried=_tried(scene, case))
        if alone
        else para(scene, "tell.escalated.body", owner=scene.name(case.owner, case), whom=whom)
    )
    return _told(
        scene,
        case,
        "escalated",
        body,
        *_quoted(tell.text),
        *_summary(scene, case),
        _supervise(scene, case),
        colour=Tone.WARNING,
    )


def closed_owner(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the owner how the case came to its end."""
    return _line(scene, case, f"closed_owner.{case.closure}")


def reopened(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell owner and lead that the solution did not hold."""
    return _told(
        scene,
        case,
        "reopened",
        para(scene, "tell.reopened.body", owner=scene.name(case.owner, case)),
        *_quoted(tell.text),
        *_summary(scene, case),
        _asked(scene, case, tell, DECIDE),
        colour=Tone.WARNING,
    )


def rated(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the lead what the customer thinks of it."""
    stars = int(tell.data["stars"] or 0)
    return _told(
        scene,
        case,
        "rated",
        para(
            scene,
            "tell.rated.body",
            stars="★" * stars + "☆" * (5 - stars),
            owner=scene.name(case.owner, case),
        ),
        *_quoted(tell.text),
        *presses(scene, case, (Verb.LOG,)),
    )


def cancelled_owner(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the owner that the case was withdrawn."""
    return _told(
        scene, case, "cancelled_owner", para(scene, "tell.cancelled_owner.body"), *_quoted(tell.text)
    )


def reminder(scene: Scene, case: Case, tell: Tell) -> Message:
    """Remind the owner that the customer has no answer yet (S1 annex 2 §8.2)."""
    return _told(
        scene,
        case,
        "reminder",
        para(scene, "tell.reminder.body", minutes=Bold(str(tell.data["number"]))),
        *_summary(scene, case),
        _work(scene, case),
        colour=Tone.WARNING,
    )


def engineer_late(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say that the hour to answer the customer has passed (S1 annex 2 §8.2)."""
    return _told(
        scene,
        case,
        "engineer_late",
        para(scene, "tell.engineer_late.body", minutes=str(tell.data["number"])),
        *_summary(scene, case, *_tried_fields(scene, case)),
        _asked(scene, case, tell),
        colour=Tone.ALARM,
    )


def due_soon(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the owner that a promise will soon be due."""
    return _promise(scene, case, tell, "due_soon", Tone.WARNING)


def alarm(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say that a response promised “及时” has been open for a while (C03)."""
    return _promise(scene, case, tell, "alarm", Tone.WARNING)


def breach(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say which promise was not kept, by which clause; only a missed response may be a breach (C38)."""
    return _promise(scene, case, tell, "breach", Tone.ALARM)


def rung(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell a supervisor: why you, what is asked, what was tried, by when."""
    called = Role(str(tell.data["choice"]))
    role = scene.say(f"word.role.{called}")
    age = duration(scene, scene.now - (case.ladder_from or case.opened_at))
    blocks: list[Block] = [para(scene, "tell.rung.why", age=Bold(age), role=role)]
    if not scene.directory.on_call(called, scene.now):
        blocks.append(para(scene, "tell.rung.stands_in", role=role))
    blocks.append(para(scene, "tell.rung.asked"))
    following = next_rung(scene, case)
    if following is not None:
        ahead = scene.say(f"word.role.{following.role}")
        blocks.append(para(scene, "tell.rung.by", at=Bold(clock(scene, following.at)), role=ahead))
    return _told(
        scene,
        case,
        "rung",
        *blocks,
        *_summary(scene, case, *_tried_fields(scene, case)),
        _supervise(scene, case),
        colour=Tone.ALARM,
    )


def opened_without_promise(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the lead that a case was opened which no contract covers, and why."""
    return _told(
        scene,
        case,
        "opened_without_promise",
        para(scene, f"tell.opened_without_promise.{unpromised(case).removeprefix('card.')}"),
        *_summary(scene, case),
        _supervise(scene, case, DECIDE),
        colour=Tone.WARNING,
    )


def urgent_opened(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the lead that an urgent case was opened, and who has it."""
    return _opened(scene, case, "urgent_opened")


def opened_for_manager(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the manager of a complaint or a wish."""
    return _opened(scene, case, f"opened_for_manager.{case.type}")


def role_missing(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the operator that nobody fills a role somebody had to be told in."""
    role = scene.say(f"word.role.{tell.data['role']}")
    return _line(scene, case, "role_missing", role=role)


def _told(scene: Scene, case: Case, key: str, *blocks: Block, colour: Tone | None = None) -> Message:
    title = f"{case.key} · {scene.say(f'tell.{key}.title')} · {level(scene, case)}"
    return Message(title=(title,), blocks=blocks, tone=colour or tone(scene, case))


def _opened(scene: Scene, case: Case, key: str) -> Message:
    body = para(scene, f"tell.{key}.body", owner=scene.name(case.owner, case))
    return _told(scene, case, key, body, *_summary(scene, case), _supervise(scene, case, DECIDE))


def _work(scene: Scene, case: Case) -> Buttons:
    verbs = WORK if case.status is Status.OPEN else WORK[1:]
    return Buttons(tuple(press(scene, verb, case) for verb in verbs))


def _supervise(scene: Scene, case: Case, labels: Mapping[Verb, str] = SUPERVISE) -> Buttons:
    return Buttons(tuple(press(scene, verb, case, label=label) for verb, label in labels.items()))


def _asked(scene: Scene, case: Case, tell: Tell, labels: Mapping[Verb, str] = SUPERVISE) -> Buttons:
    return _work(scene, case) if tell.to is To.OWNER else _supervise(scene, case, labels)


def _line(scene: Scene, case: Case, key: str, **values: Span | int) -> Message:
    return Message(blocks=(Paragraph((Bold(case.key), "  ", *scene.line(f"tell.{key}", **values))),))


def _quoted(text: str) -> tuple[Quote, ...]:
    return (Quote(text),) if text.strip() else ()


def _summary(scene: Scene, case: Case, *more: Field) -> tuple[Fields, ...]:
    return (Fields((_problem(scene, case), *_deadline(scene, case), *_who(scene, case), *more)),)


def _problem(scene: Scene, case: Case) -> Field:
    return row(scene, "problem", brief(case))


def _who(scene: Scene, case: Case) -> tuple[Field, ...]:
    return (
        row(scene, "customer", customer(scene, case)),
        row(scene, "reporter", reporter(scene, case)),
        row(scene, "owner", scene.name(case.owner, case)),
        row(scene, "status", status(scene, case)),
    )


def _next(scene: Scene, case: Case) -> tuple[Fields, ...]:
    fields = _deadline(scene, case)
    return (Fields(fields),) if fields else ()


def _deadline(scene: Scene, case: Case) -> tuple[Field, ...]:
    promise = earliest(case)
    return (row(scene, f"promise.{promise.target.milestone}", *deadline(scene, promise)),) if promise else ()


def _promise(scene: Scene, case: Case, tell: Tell, key: str, colour: Tone) -> Message:
    """Draw one promise that is in danger or broken."""
    promise = find(case, tell.data["choice"])
    fields: tuple[Field, ...] = ()
    if isinstance(promise, Running):
        target = promise.target
        scheme = scheme_title(scene, target)
        length = allowance(scene, target.max) if target.max else scene.say("promise.promptly")
        fields = (
            row(scene, f"promise.{target.milestone}", *deadline(scene, promise)),
            row(
                scene,
                "by_clause",
                scene.say("card.clause", scheme=scheme, clause=target.clause, length=length),
            ),
        )
    milestone = str(tell.data["choice"]).partition(":")[2]
    penalty = key == "breach" and milestone == Milestone.RESPONSE
    return _told(
        scene,
        case,
        key,
        para(scene, f"tell.{key}.body", milestone=Bold(scene.say(f"field.promise.{milestone}"))),
        *((para(scene, "tell.breach.penalty"),) if penalty else ()),
        Fields((_problem(scene, case), *fields, *_who(scene, case), *_tried_fields(scene, case))),
        _asked(scene, case, tell),
        colour=colour,
    )


def _tried(scene: Scene, case: Case) -> str:
    return scene.say("word.comma").join(scene.name(PersonId(person), case) for person in case.tried)


def _tried_fields(scene: Scene, case: Case) -> tuple[Field, ...]:
    """What was done so far: who had the case in this round, how often they were reminded."""
    tried = row(scene, "tried", _tried(scene, case) or scene.say("word.none"))
    sent = [key for key in case.fired if key.startswith("remind_")]
    reminded = scene.say("card.reminded", times=len(sent)) if sent else scene.say("card.not_reminded")
    return tried, row(scene, "reminders", reminded)
