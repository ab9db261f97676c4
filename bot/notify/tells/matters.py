"""What is told of emergencies, of complaints by their kind, and of a level that may be wrong."""

from bot.cases.decision import Tell, To
from bot.cases.model import Case
from bot.core.message import Bold, Buttons, Message, Tone
from bot.core.people import Level
from bot.core.verbs import Verb
from bot.notify.build import level, para, press, quoted
from bot.notify.grading import because, contract_has_team
from bot.notify.scene import Scene
from bot.notify.tells.parts import DECIDE, asked, summary, supervise, told


def emergency(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Call somebody into the team that deals with an emergency (S1 annex 2 §4.2.4)."""
    which = "contract" if contract_has_team(case) else "desk"
    owner = scene.name(case.owner, case)
    return told(
        scene,
        case,
        "emergency",
        para(scene, f"tell.emergency.{which}", what=Bold(_kind(scene, case)), owner=owner),
        *summary(scene, case, *because(scene, case)),
        supervise(scene, case, DECIDE),
        Buttons((press(scene, Verb.MARK, case, words="no_disaster", label="no_disaster"),)),
        colour=Tone.ALARM,
    )


def complaint_opened(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell whoever looks into complaints of this kind (S1 annex 2 §5.4)."""
    owner = scene.name(case.owner, case)
    body = para(scene, "tell.complaint_opened.body", kind=Bold(_kind(scene, case)), owner=owner)
    return told(scene, case, "complaint_opened", body, *summary(scene, case), colour=Tone.WARNING)


def level_worse(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the owner that the customer's further words count as worse, until somebody knows."""
    old = scene.book.level_name(case.terms, Level(int(tell.data["from"] or case.level)), scene.lang)
    return told(
        scene,
        case,
        "level_worse",
        para(scene, "tell.level_worse.body", old=old, new=Bold(level(scene, case))),
        *summary(scene, case),
        Buttons((press(scene, Verb.LEVEL, case), press(scene, Verb.REPLY, case))),
        colour=Tone.WARNING,
    )


def level_disputed(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell owner and lead that the customer takes it for another level."""
    to = tell.data.get("to")
    blocks = [para(scene, "tell.level_disputed.body", level=Bold(level(scene, case)))]
    if to:
        name = scene.book.level_name(case.terms, Level(int(to)), scene.lang)
        blocks.append(para(scene, "tell.level_disputed.read_as", level=name))
    return told(
        scene,
        case,
        "level_disputed",
        *blocks,
        *quoted(tell.text),
        *summary(scene, case),
        Buttons((press(scene, Verb.LEVEL, case),)),
        *((asked(scene, case, tell, DECIDE),) if tell.to is To.LEAD else ()),
        colour=Tone.WARNING,
    )


def _kind(scene: Scene, case: Case) -> str:
    return scene.say(f"word.matter.{case.kind}") if case.kind else scene.say("word.mark.disaster")
