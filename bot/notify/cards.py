"""The card of a case: the customer's, with what is promised, and the engineers', with what is in danger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.cases.duty import duty_for
from bot.cases.facts import Fact, FactKind
from bot.cases.model import WORKING, Case, CaseType, Status, WaitingFor
from bot.core.errors import CalendarRangeError
from bot.core.message import (
    Block,
    Bold,
    Button,
    Buttons,
    Field,
    Fields,
    Message,
    Paragraph,
    Quote,
    Tone,
)
from bot.core.people import Role
from bot.core.verbs import Verb
from bot.directory.model import Contract
from bot.notify.build import brief, level, para, press, presses, row
from bot.notify.grading import because, graded, type_of
from bot.notify.history import happened, whom
from bot.notify.promises import TONES, deadlines, next_rung, promised, rung_at, worst
from bot.notify.scene import Scene
from bot.notify.times import clock
from bot.notify.warranty import covered_fields
from bot.sla.calendar import ALWAYS
from bot.sla.ladder import staffing
from bot.sla.policy import Basis
from bot.sla.promises import Running
from bot.sla.terms import URGENT
from bot.triage.reading import Ask

EVERYDAY: Mapping[Status, tuple[Verb, ...]] = {
    Status.OPEN: (Verb.ACK, Verb.LEVEL, Verb.ASSIGN, Verb.REPLY),
    Status.ACKNOWLEDGED: (Verb.REPLY, Verb.SOLVE, Verb.LEVEL, Verb.ASSIGN),
    Status.WAITING: (Verb.RESUME, Verb.REPLY, Verb.SOLVE, Verb.ASSIGN),
    Status.SOLVED: (Verb.REPLY, Verb.CONFIRM),
}
"""The engineer's first row of buttons."""

SELDOM = (Verb.ESCALATE, Verb.NOTE, Verb.WHY, Verb.LOG)

REST: Mapping[Status, tuple[Verb, ...]] = {
    Status.OPEN: (Verb.SOLVE, Verb.DIAG, Verb.ONSITE, Verb.MARK, Verb.WAIT, *SELDOM),
    Status.ACKNOWLEDGED: (Verb.DIAG, Verb.ONSITE, Verb.MARK, Verb.WAIT, *SELDOM),
    Status.WAITING: (Verb.DIAG, Verb.ONSITE, Verb.MARK, *SELDOM),
}
"""The engineer's second row: what is needed less often."""

READING = (Verb.WHY, Verb.LOG)

CUSTOMERS: Mapping[Status, tuple[Verb, ...]] = {
    **dict.fromkeys(WORKING, (Verb.ADD, Verb.SHOW, Verb.CHASE)),
    Status.SOLVED: (Verb.CONFIRM, Verb.REOPEN),
    Status.CLOSED: (Verb.REOPEN,),
}
"""The customer's buttons."""

CLARIFY = "clarify"
"""What a button says that answers the question about the impact; nobody types it."""

DISPUTE = "dispute"
"""What a button says that objects to the level; typed it is plain words."""

CHOICES: Mapping[Ask, tuple[str, ...]] = {
    Ask.PEOPLE: ("all", "some", "me"),
    Ask.STOPPED: ("stopped", "running"),
}
"""What can be answered to the question about the impact."""

FINISHED = frozenset({Status.SOLVED, Status.CLOSED, Status.ENDED})
CHANGES = frozenset(
    {
        FactKind.ASSIGNED,
        FactKind.REASSIGNED,
        FactKind.TAKEN,
        FactKind.ACKNOWLEDGED,
        FactKind.LEVELLED,
        FactKind.LEVEL_DISPUTED,
        FactKind.WAITING,
        FactKind.RESUMED,
        FactKind.SOLVED,
        FactKind.CLOSED,
        FactKind.REOPENED,
        FactKind.CANCELLED,
        FactKind.MERGED,
        FactKind.ALERT_UNDELIVERED,
    }
)
"""Changes of owner, level or status, and an alert that reached nobody: worth a line without editing."""


def change_lines(scene: Scene, case: Case, facts: Iterable[Fact]) -> Message | None:
    """Return a line for each change of a card that cannot be edited; None where none is of note."""
    lines = (happened(scene, case, fact) for fact in facts if fact.kind in CHANGES)
    blocks = tuple(Paragraph((Bold(case.key), "  ", *line)) for line in lines)
    return Message(blocks=blocks) if blocks else None


def engineer_card(scene: Scene, case: Case, last: Fact | None, unreached: Sequence[Fact] = ()) -> Message:
    """Return the case for the engineers' group; `unreached` are the alerts that could not be delivered."""
    scene = replace(scene, lasting=True)
    return Message(
        title=(f"{case.key} · {level(scene, case)} · {brief(case)}",),
        blocks=(
            Fields((*staff_fields(scene, case, last), *_unreached(scene, case, unreached))),
            *presses(scene, case, EVERYDAY.get(case.status, ())),
            *presses(scene, case, REST.get(case.status, READING)),
            *_none_at_all(scene, case),
        ),
        tone=tone(scene, case),
    )


def _none_at_all(scene: Scene, case: Case) -> tuple[Buttons, ...]:
    """Offer to say that it is no case while nobody has answered; what is urgent takes more than a press."""
    if case.status is not Status.OPEN or case.answered_at or case.level in URGENT:
        return ()
    words = scene.say("button.not_a_case")
    return (Buttons((press(scene, Verb.CANCEL, case, words=words, label="not_a_case"),)),)


def customer_card(scene: Scene, case: Case) -> Message:
    """Return the case for the customer who reported it."""
    return Message(
        title=(f"{case.key} · {status(scene, case)}",),
        blocks=(
            Quote(brief(case)),
            Fields(tuple(customer_fields(scene, case))),
            *remarks(scene, case),
            *question(scene, case),
            *presses(scene, case, CUSTOMERS.get(case.status, ())),
        ),
        tone=Tone.GOOD if case.status in FINISHED else Tone.PLAIN,
    )


def staff_fields(scene: Scene, case: Case, last: Fact | None = None) -> Iterator[Field]:
    """Yield what an engineer must know of a case."""
    yield row(scene, "customer", customer(scene, case))
    if contract := scene.contract(case.contract):
        period = scene.say(f"card.period.{contract.period}") if contract.period else ""
        yield row(scene, "contract", contract.title, period)
    yield row(scene, "reporter", reporter(scene, case))
    if things := " ".join(filter(None, (case.vendor, case.product))):
        yield row(scene, "product", things)
    yield from covered_fields(scene, case)
    if kind := type_of(scene, case):
        yield row(scene, "type", kind)
    yield row(scene, "owner", Bold(scene.name(case.owner, case)))
    yield row(scene, "status", status(scene, case))
    if case.status in WORKING:
        yield from because(scene, case)
        yield from _demanded(scene, case)
        yield from deadlines(scene, case)
    if rung := next_rung(scene, case):
        yield row(
            scene,
            "rung",
            scene.say("card.rung", role=scene.say(f"word.role.{rung.role}"), at=rung_at(scene, case, rung)),
        )
    if case.linked:
        yield row(scene, "linked", case.linked)
    if last is not None:
        yield row(scene, "last", *happened(scene, case, last))


def _demanded(scene: Scene, case: Case) -> Iterator[Field]:
    """Yield who fills the roles that the contract demands at this level (S0 §4.4.1); of complaints nobody."""
    contract = scene.contract(case.contract)
    roles = staffing(scene.book, case.terms, case.level).roles
    if roles and case.type is not CaseType.COMPLAINT:
        names = [_filled(scene, case, role, contract) for role in roles]
        yield row(scene, "involved", scene.say("word.comma").join(names))


def _filled(scene: Scene, case: Case, role: Role, contract: Contract | None) -> str:
    name = scene.say(f"word.role.{role}")
    if case.owner and scene.directory.fills(case.owner, role, contract):
        return scene.say("card.involved", role=name, name=scene.name(case.owner, case))
    called = scene.directory.called(role, scene.now)
    if called is None:
        return scene.say("card.involved_nobody", role=name)
    key = "card.involved" if called[0] is role else "card.involved_for"
    return scene.say(key, role=name, name=scene.name(called[1], case))


def _unreached(scene: Scene, case: Case, alerts: Sequence[Fact]) -> Iterator[Field]:
    """Yield whom an alert did not reach, and by which channel."""
    if alerts and case.status in WORKING:
        names = (
            scene.say("card.unreached", to=to, channel=channel)
            for to, channel in dict.fromkeys(whom(scene, case, alert) for alert in alerts)
        )
        yield row(scene, "unreached", Bold(scene.say("word.comma").join(names)))


def customer_fields(scene: Scene, case: Case) -> Iterator[Field]:
    """Yield what a customer may know of a case: level and why, who has it, what is promised."""
    yield row(scene, "level", Bold(level(scene, case)))
    yield from graded(scene, case)
    yield row(scene, "owner", scene.name(case.owner, case))
    if case.status in WORKING:
        yield from promised(scene, case)
    if case.linked:
        yield row(scene, "linked", case.linked)


def remarks(scene: Scene, case: Case) -> Iterator[Paragraph]:
    """Yield what a customer should know besides: no promise and why, a provisional level, closed hours."""
    if case.status not in WORKING:
        return
    if case.provisional:
        yield para(scene, "card.provisional")
    if not case.terms.schemes:
        yield para(scene, unpromised(case))
    yield from _closed_now(scene, case)


def question(scene: Scene, case: Case) -> Iterator[Block]:
    """Ask for the impact while it is unclear, with a button for each answer."""
    if not case.asked or case.status not in WORKING:
        return
    ask = Ask(case.asked)
    yield Paragraph((Bold(scene.say(f"impact.{ask}.question")),))
    yield Buttons(
        tuple(
            Button(
                label=scene.say(f"impact.{ask}.{choice}"),
                verb=CLARIFY,
                case=case.key,
                words=choice,
                as_of=case.version,
            )
            for choice in CHOICES[ask]
        )
    )


def unpromised(case: Case) -> str:
    """Return the key of the sentence that says why a case has no promised times."""
    return "card.out_of_period" if case.contract else "card.unbound"


def status(scene: Scene, case: Case) -> str:
    """Return where a case stands, in the reader's words."""
    reader = "staff" if scene.staff else "customer"
    if case.status is Status.WAITING:
        return scene.say(f"word.status_waiting.{reader}.{case.waiting or WaitingFor.CUSTOMER}")
    return scene.say(f"word.status.{reader}.{case.status}")


def tone(scene: Scene, case: Case) -> Tone:
    """Return the colour of a case for staff."""
    if case.status in FINISHED:
        return Tone.GOOD
    return TONES[worst(case, scene.now)]


def customer(scene: Scene, case: Case) -> str:
    """Return the name of the case's customer."""
    return scene.customer(case.customer)


def reporter(scene: Scene, case: Case) -> str:
    """Return who reported, with the number to call."""
    return " ".join(filter(None, (scene.name(case.reporter.person, case), case.reporter.phone)))


def _branch(scene: Scene, case: Case) -> Iterator[Paragraph]:
    """Say which branch takes calls out of hours (S4 part 3 (2), (3))."""
    branch = duty_for(scene.directory, scene.book, case, scene.now).branch
    if branch is not None and branch.phone:
        yield para(scene, "card.branch", unit=branch.name.to(scene.lang), number=Bold(branch.phone))


def _closed_now(scene: Scene, case: Case) -> Iterator[Paragraph]:
    """Outside service hours: which clock applies, when we open next, the number to call."""
    calendar = scene.book.calendars.get(case.terms.calendar)
    if calendar is None or case.terms.calendar == ALWAYS:
        return
    try:
        opens_at = calendar.next_open(scene.now)
    except CalendarRangeError:
        return
    if opens_at <= scene.now:
        return
    running = [p.target.basis for p in case.promises if isinstance(p, Running)]
    if running:
        basis = Basis.BUSINESS if Basis.BUSINESS in running else Basis.ELAPSED
        yield para(scene, f"card.closed_hours.{basis}", at=clock(scene, opens_at))
    else:
        yield para(scene, "card.closed_hours.none", at=clock(scene, opens_at))
    contract = scene.contract(case.contract)
    yield from _branch(scene, case)
    if contract and contract.hotline:
        yield para(scene, "card.hotline", number=Bold(contract.hotline))
