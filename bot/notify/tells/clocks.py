"""What the desk's own people are told by the clocks: reminders, promises in danger or broken, the ladder."""

from bot.cases.model import Case, Tell
from bot.core.message import Block, Bold, Field, Fields, Message, Tone
from bot.core.people import Role
from bot.notify.broken import follows
from bot.notify.build import para, row
from bot.notify.promises import deadline, find, next_rung, rung_at, scheme_title
from bot.notify.scene import Scene
from bot.notify.tells.parts import (
    asked,
    problem,
    summary,
    supervise,
    told,
    tried_fields,
    who,
    work,
)
from bot.notify.times import allowance, duration
from bot.sla.milestones import Running
from bot.sla.policy import Milestone


def reminder(scene: Scene, case: Case, tell: Tell) -> Message:
    """Remind the owner that the customer has no answer yet (S1 annex 2 §8.2)."""
    return told(
        scene,
        case,
        "reminder",
        para(scene, "tell.reminder.body", minutes=Bold(str(tell.data["number"]))),
        *summary(scene, case),
        work(scene, case),
        colour=Tone.WARNING,
    )


def engineer_late(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say that the hour to answer the customer has passed (S1 annex 2 §8.2)."""
    return told(
        scene,
        case,
        "engineer_late",
        para(scene, "tell.engineer_late.body", minutes=str(tell.data["number"])),
        *summary(scene, case, *tried_fields(scene, case)),
        asked(scene, case, tell),
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
    own = called is Role.ENGINEER
    blocks.append(para(scene, "tell.rung.asked_owner" if own else "tell.rung.asked"))
    following = next_rung(scene, case)
    if following is not None:
        ahead = scene.say(f"word.role.{following.role}")
        blocks.append(para(scene, "tell.rung.by", at=Bold(rung_at(scene, case, following)), role=ahead))
    return told(
        scene,
        case,
        "rung",
        *blocks,
        *summary(scene, case, *tried_fields(scene, case)),
        work(scene, case) if own else supervise(scene, case),
        colour=Tone.ALARM,
    )


def rung_again(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell of a rung that nobody acknowledged (S1 annex 2 §7.2)."""
    role = scene.say(f"word.role.{tell.role}")
    body = para(scene, "tell.rung_again.body", minutes=Bold(str(tell.data["number"])), role=role)
    return told(
        scene,
        case,
        "rung_again",
        body,
        *summary(scene, case, *tried_fields(scene, case)),
        supervise(scene, case),
        colour=Tone.ALARM,
    )


def _promise(scene: Scene, case: Case, tell: Tell, key: str, colour: Tone) -> Message:
    """Draw one promise that is in danger or broken."""
    promise = find(case, tell.data["choice"])
    fields: tuple[Field, ...] = ()
    if isinstance(promise, Running):
        target = promise.target
        scheme = scheme_title(scene, target.scheme)
        length = allowance(scene, target.max) if target.max else scene.say("promise.promptly")
        fields = (
            row(scene, f"promise.{target.milestone}", *deadline(scene, promise)),
            row(
                scene,
                "by_clause",
                scene.say("card.clause", scheme=scheme, clause=target.clause, length=length),
            ),
        )
    scheme_name, _, milestone = str(tell.data["choice"]).partition(":")
    broken = () if key == "alarm" else scene.book.broken(scheme_name, Milestone(milestone))
    return told(
        scene,
        case,
        key,
        para(scene, f"tell.{key}.body", milestone=Bold(scene.say(f"field.promise.{milestone}"))),
        *(follows(scene, case.contract, each) for each in broken),
        Fields((problem(scene, case), *fields, *who(scene, case), *tried_fields(scene, case))),
        asked(scene, case, tell),
        colour=colour,
    )
