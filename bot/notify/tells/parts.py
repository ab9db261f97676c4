"""What every message to staff is put together from."""

from collections.abc import Mapping

from bot.cases.decision import Tell, To
from bot.cases.model import Case, Status
from bot.core.message import Block, Bold, Buttons, Field, Fields, Message, Paragraph, Span, Tone
from bot.core.people import PersonId
from bot.core.verbs import Verb
from bot.notify.build import brief, level, press, quoted, row
from bot.notify.cards import customer, reporter, status, tone
from bot.notify.promises import deadline, earliest
from bot.notify.scene import Scene

WORK = (Verb.ACK, Verb.REPLY, Verb.ASSIGN)
DECIDE = {Verb.TAKE: "take", Verb.ASSIGN: "reassign"}
SUPERVISE = {**DECIDE, Verb.NOTED: "noted"}
"""A supervisor's buttons with their labels; only what climbs the ladder is noted."""


def told(scene: Scene, case: Case, key: str, *blocks: Block, colour: Tone | None = None) -> Message:
    """Return a message to staff: number, what it is about, level; coloured by danger unless `colour` says."""
    title = f"{case.key} · {scene.say(f'tell.{key}.title')} · {level(scene, case)}"
    return Message(title=(title,), blocks=blocks, tone=colour or tone(scene, case))


def line(scene: Scene, case: Case, key: str, **values: Span | int) -> Message:
    """Return a message of one sentence."""
    return Message(blocks=(Paragraph((Bold(case.key), "  ", *scene.line(f"tell.{key}", **values))),))


def below_card(scene: Scene, case: Case, tell: Tell, key: str) -> Message:
    """Return what somebody did, in the thread below the case's card; without threads it names the case."""
    body = scene.line(f"tell.{key}.body", who=scene.name(PersonId(str(tell.data["by"])), case))
    number = () if scene.threads else (Bold(case.key), "  ")
    return Message(blocks=(Paragraph((*number, *body)), *quoted(tell.text)))


def work(scene: Scene, case: Case) -> Buttons:
    """Return an owner's buttons; what is acknowledged is not acknowledged again."""
    verbs = WORK if case.status is Status.OPEN else WORK[1:]
    return Buttons(tuple(press(scene, verb, case) for verb in verbs))


def supervise(scene: Scene, case: Case, labels: Mapping[Verb, str] = SUPERVISE) -> Buttons:
    """Return a supervisor's buttons."""
    return Buttons(tuple(press(scene, verb, case, label=label) for verb, label in labels.items()))


def asked(scene: Scene, case: Case, tell: Tell, labels: Mapping[Verb, str] = SUPERVISE) -> Buttons:
    """Return the buttons of whom a tell is for: the owner's, or a supervisor's."""
    return work(scene, case) if tell.to is To.OWNER else supervise(scene, case, labels)


def summary(scene: Scene, case: Case, *more: Field) -> tuple[Fields, ...]:
    """Return what must be known of a case at a glance."""
    return (Fields((problem(scene, case), *nearest(scene, case), *who(scene, case), *more)),)


def problem(scene: Scene, case: Case) -> Field:
    """Return what the case is about."""
    return row(scene, "problem", brief(case))


def who(scene: Scene, case: Case) -> tuple[Field, ...]:
    """Return whose case it is and where it stands."""
    return (
        row(scene, "customer", customer(scene, case)),
        row(scene, "reporter", reporter(scene, case)),
        row(scene, "owner", scene.name(case.owner, case)),
        row(scene, "status", status(scene, case)),
    )


def nearest(scene: Scene, case: Case) -> tuple[Field, ...]:
    """Return the nearest deadline, if one runs."""
    promise = earliest(case)
    return (row(scene, f"promise.{promise.target.milestone}", *deadline(scene, promise)),) if promise else ()


def tried(scene: Scene, case: Case) -> str:
    """Return everybody who had the case in this round."""
    return scene.say("word.comma").join(scene.name(person, case) for person in case.tried)


def tried_fields(scene: Scene, case: Case) -> tuple[Field, ...]:
    """What was done so far: who had the case in this round, how often they were reminded."""
    handled = row(scene, "tried", tried(scene, case) or scene.say("word.none"))
    sent = [key for key in case.fired if key.startswith("remind_")]
    reminded = scene.say("card.reminded", times=len(sent)) if sent else scene.say("card.not_reminded")
    return handled, row(scene, "reminders", reminded)
