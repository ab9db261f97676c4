"""What the desk's own people are told when somebody does something to a case."""

from bot.cases.model import Case, Tell, To
from bot.core.message import Bold, Fields, Message, Tone
from bot.core.people import PersonId
from bot.core.verbs import Verb
from bot.notify.build import level, para, presses, quoted
from bot.notify.cards import unpromised
from bot.notify.files import named
from bot.notify.history import up_to
from bot.notify.promises import deadlines
from bot.notify.scene import Scene
from bot.notify.tells.parts import (
    DECIDE,
    SUPERVISE,
    asked,
    below_card,
    line,
    summary,
    supervise,
    told,
    tried,
    work,
)
from bot.notify.times import allowance, clock
from bot.sla.milestones import earliest
from bot.sla.policy import Milestone


def assigned(scene: Scene, case: Case, tell: Tell) -> Message:
    """Hand the case to its new owner; whether the customer still waits for an answer makes the difference."""
    again = "tell.assigned.answered" if case.answered_at else "tell.assigned.again"
    body = again if tell.data.get("from") else "tell.assigned.first"
    return told(scene, case, "assigned", para(scene, body), *summary(scene, case), work(scene, case))


def taken_from_you(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the former owner that the case is somebody else's."""
    return line(scene, case, "taken_from_you", owner=scene.name(case.owner, case))


def passed_on(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the former owner that the case went on to somebody else for want of an answer, after how long."""
    owner, minutes = scene.name(case.owner, case), str(tell.data["number"])
    return line(scene, case, "passed_on", owner=owner, minutes=minutes)


def level_clarified(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the owner what the customer answered about the impact."""
    return told(
        scene,
        case,
        "level_clarified",
        para(scene, "tell.level_clarified.body", level=Bold(level(scene, case))),
        *quoted(tell.text),
        *summary(scene, case),
    )


def recounted_owner(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the owner that something is due sooner than they know."""
    body = para(scene, "tell.recounted_owner.body")
    return told(scene, case, "recounted_owner", body, *summary(scene, case))


def terms_moved_owner(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the owner what is due now that the case goes by other terms."""
    due = Fields(deadlines(scene, case))
    return told(scene, case, "terms_moved_owner", para(scene, "tell.terms_moved_owner.body"), due)


def customer_wrote(scene: Scene, case: Case, tell: Tell) -> Message:
    """Hand on the customer's words, with the names of what came with them."""
    files = named(scene, tell.files)
    return told(
        scene, case, "customer_wrote", *quoted(tell.text), *files, *presses(scene, case, (Verb.REPLY,))
    )


def customer_said(scene: Scene, case: Case, tell: Tell) -> Message:
    """Let the engineers read what the customer says, below the case's card."""
    return below_card(scene, case, tell, "customer_said")


def customer_edited(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say what the customer's words were changed to."""
    return below_card(scene, case, tell, "customer_edited")


def customer_deleted(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say that the customer took words away."""
    return below_card(scene, case, tell, "customer_deleted")


def chased(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say that the customer asks again, and how often by now."""
    return told(
        scene,
        case,
        "chased",
        para(scene, "tell.chased.body", times=case.chases, owner=scene.name(case.owner, case)),
        *quoted(tell.text),
        *summary(scene, case),
        asked(scene, case, tell, DECIDE),
        colour=Tone.WARNING,
    )


def visit_requested(scene: Scene, case: Case, tell: Tell) -> Message:
    """Say that the customer asks for a visit, which staff decide."""
    return told(
        scene,
        case,
        "visit_requested",
        para(scene, "tell.visit_requested.body"),
        *quoted(tell.text),
        *summary(scene, case),
        *presses(scene, case, (Verb.ONSITE, Verb.REPLY)),
    )


def wait_over(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the owner that the agreed waiting time is over."""
    return told(
        scene,
        case,
        "wait_over",
        para(scene, "tell.wait_over.body"),
        *summary(scene, case),
        *presses(scene, case, (Verb.REPLY, Verb.WAIT)),
    )


def escalated(scene: Scene, case: Case, tell: Tell) -> Message:
    """Ask for help; without a reason nobody asked, but nobody is left to try."""
    alone = not tell.text.strip()
    who = scene.name(PersonId(str(tell.data["by"])), case)
    whom = up_to(scene, tell.data)
    body = (
        para(scene, "tell.escalated.nobody_left", tried=tried(scene, case))
        if alone
        else para(scene, "tell.escalated.body", who=who, whom=whom)
    )
    return told(
        scene,
        case,
        "escalated",
        body,
        *quoted(tell.text),
        *summary(scene, case),
        supervise(scene, case, SUPERVISE if tell.to in (To.LEAD, To.MANAGER) else DECIDE),
        colour=Tone.WARNING,
    )


def vendor_leave(scene: Scene, case: Case, tell: Tell) -> Message:
    """Ask an expert whether the vendor may be asked (S1 annex 2 §8.2)."""
    who = scene.name(PersonId(str(tell.data["by"])), case)
    return told(
        scene,
        case,
        "vendor_leave",
        para(scene, "tell.vendor_leave.body", who=who),
        *quoted(tell.text),
        *summary(scene, case),
        *presses(scene, case, (Verb.APPROVE, Verb.DECLINE)),
        colour=Tone.WARNING,
    )


def vendor_approved(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell whoever asked that the vendor may be asked."""
    return _answered(scene, case, tell, "vendor_approved")


def vendor_declined(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell whoever asked that the vendor shall not be asked, and why."""
    return _answered(scene, case, tell, "vendor_declined")


def _answered(scene: Scene, case: Case, tell: Tell, key: str) -> Message:
    who = scene.name(PersonId(str(tell.data["by"])), case)
    return told(scene, case, key, para(scene, f"tell.{key}.body", who=who), *quoted(tell.text))


def diagnosis_binds(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Warn that the diagnosis, which now needs somebody there, is due before the arrival (C13)."""
    diagnosis, arrival = (
        earliest(each for each in case.promises if each.target.milestone is milestone)
        for milestone in (Milestone.DIAGNOSIS, Milestone.ARRIVAL)
    )
    at, later = (clock(scene, each.due_at) if each else "" for each in (diagnosis, arrival))
    return told(
        scene,
        case,
        "diagnosis_binds",
        para(scene, "tell.diagnosis_binds.body", at=Bold(at), arrival=later),
        *summary(scene, case),
        colour=Tone.WARNING,
    )


def closed_owner(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the owner how the case came to its end."""
    silence = allowance(scene, scene.book.windows(case.terms).closes_after)
    return line(scene, case, f"closed_owner.{case.closure}", length=silence)


def call_back(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Ask the desk to call the customer about a case that is closed (S1 annex 2 §11.1)."""
    body = para(scene, "tell.call_back.body")
    return told(scene, case, "call_back", body, *summary(scene, case), *presses(scene, case, (Verb.CALL,)))


def reopened(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell owner and lead that the solution did not hold."""
    return told(
        scene,
        case,
        "reopened",
        para(scene, "tell.reopened.body", owner=scene.name(case.owner, case)),
        *quoted(tell.text),
        *summary(scene, case),
        asked(scene, case, tell, DECIDE),
        colour=Tone.WARNING,
    )


def rated(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the lead what the customer thinks of it."""
    stars = int(tell.data["stars"] or 0)
    return told(
        scene,
        case,
        "rated",
        para(
            scene,
            "tell.rated.body",
            stars="★" * stars + "☆" * (5 - stars),
            owner=scene.name(case.owner, case),
        ),
        *quoted(tell.text),
        *presses(scene, case, (Verb.LOG,)),
    )


def cancelled_owner(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the owner that the case was withdrawn."""
    return told(scene, case, "cancelled_owner", para(scene, "tell.cancelled_owner.body"), *quoted(tell.text))


def opened_without_promise(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Tell the lead that a case was opened which no contract covers, and why."""
    return told(
        scene,
        case,
        "opened_without_promise",
        para(scene, f"tell.opened_without_promise.{unpromised(case).removeprefix('card.')}"),
        *summary(scene, case),
        supervise(scene, case, DECIDE),
        colour=Tone.WARNING,
    )


def urgent_opened(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the lead that an urgent case was opened, and who has it."""
    return _opened(scene, case, tell, "urgent_opened")


def involved(scene: Scene, case: Case, tell: Tell) -> Message:
    """Call somebody whom the contract demands at this level to work along, or who stands in for them."""
    role = tell.the_role
    name = scene.say(f"word.role.{role}")
    owner = scene.name(case.owner, case)
    blocks = [para(scene, "tell.involved.body", role=name, owner=owner)]
    if not scene.directory.on_call(role, scene.now):
        blocks.append(para(scene, "tell.involved.stands_in", role=name))
    return told(scene, case, "involved", *blocks, *summary(scene, case), supervise(scene, case, DECIDE))


def branch_called(scene: Scene, case: Case, _tell: Tell) -> Message:
    """Call the branch that has the duty for what is urgent (S4 part 3 (2))."""
    contract = scene.contract(case.contract)
    unit = scene.directory.units[contract.branch].name.to(scene.lang) if contract and contract.branch else ""
    body = para(scene, "tell.branch_called.body", unit=unit, owner=scene.name(case.owner, case))
    return told(scene, case, "branch_called", body, *summary(scene, case), supervise(scene, case, DECIDE))


def opened_for_manager(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the manager of a complaint, which is theirs, or of a wish."""
    return _opened(scene, case, tell, f"opened_for_manager.{case.type}")


def role_missing(scene: Scene, case: Case, tell: Tell) -> Message:
    """Tell the operator that nobody fills a role somebody had to be told in."""
    role = scene.say(f"word.role.{tell.data['role']}")
    return line(scene, case, "role_missing", role=role)


def _opened(scene: Scene, case: Case, tell: Tell, key: str) -> Message:
    body = para(scene, f"tell.{key}.body", owner=scene.name(case.owner, case))
    return told(scene, case, key, body, *summary(scene, case), asked(scene, case, tell, DECIDE))
