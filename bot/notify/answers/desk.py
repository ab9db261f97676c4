"""Answers about the desk itself: who is on call, what one may say, how a group is tied to a customer."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from bot.core.message import Bold, Bullets, Code, Field, Fields, Line, Message
from bot.core.people import PersonId, Place, Role, Sender
from bot.directory.model import Contract, SpecialDuty, Unit
from bot.notify.alarms import in_language
from bot.notify.broken import follows
from bot.notify.build import para
from bot.notify.scene import Scene
from bot.notify.texts import as_line
from bot.notify.times import clock, date_words
from bot.sla.agreed import DatedRow, DutyRow
from bot.sla.dated import Stage
from bot.sla.warranty import after

ON_CALL = (Role.ENGINEER, Role.EXPERT, Role.LEAD, Role.MANAGER)


def oncall(scene: Scene, at: datetime) -> Message:
    """Return who is called first, role by role, and in the units that have a rota of their own."""
    return Message(
        title=scene.line("oncall.title", at=clock(scene, at)),
        blocks=(Fields((*_in_roles(scene, at), *_in_units(scene, at))),),
    )


def help_lines(scene: Scene, items: Sequence[tuple[str, str]]) -> Message:
    """Return what one may say, each with what it does."""
    return Message(
        title=scene.line("help_lines.title"),
        blocks=(Bullets(tuple((Code(usage), f"  {does}") for usage, does in items)),),
    )


def note(scene: Scene, key: str, /, **values: str | int) -> Message:
    """Return one sentence as a message."""
    return Message(blocks=(para(scene, key, **values),))


def recurring(scene: Scene, contract: Contract, row: DutyRow, day: date) -> Message:
    """Remind of what recurs by a contract and fell on `day`; by when its report is due, if there is one."""
    customer = scene.directory.customers[contract.customer].name.to(scene.lang)
    report = row.report_within
    by = date_words(scene, after(day, report)) if report else ""
    return Message(
        title=scene.line("recurring.title", name=row.name.get(scene.lang)),
        blocks=(
            para(
                scene,
                "recurring.body",
                customer=customer,
                contract=contract.title,
                at=date_words(scene, day),
            ),
            *((para(scene, "recurring.report", at=by),) if report else ()),
            para(scene, "recurring.clause", clause=row.clause),
        ),
    )


def dated(scene: Scene, contract: Contract, row: DatedRow, due: date, stage: Stage) -> Message:
    """Say that something of a contract is due on a day, or was; what follows where it is not done."""
    customer = scene.directory.customers[contract.customer].name.to(scene.lang)
    return Message(
        title=scene.line(f"dated.{stage}.title", name=row.name.get(scene.lang)),
        blocks=(
            para(
                scene,
                f"dated.{stage}.body",
                customer=customer,
                contract=contract.title,
                at=date_words(scene, due),
            ),
            *(follows(scene, contract.id, each) for each in row.broken),
            para(scene, "dated.done", name=Code(row.done)),
            para(scene, "recurring.clause", clause=row.clause),
        ),
    )


def special_duty(scene: Scene, contract: Contract, duty: SpecialDuty) -> Message:
    """Announce special duty: from when to when, why, who is on it, and whom to call."""
    named = _reached if scene.staff else _named
    people = scene.say("word.comma").join(named(scene, person) for person in duty.people)
    where = "on_site" if duty.on_site else "on_call"
    return Message(
        title=scene.line("special_duty.title", contract=contract.title),
        blocks=(
            para(
                scene,
                f"special_duty.{where}",
                reason=duty.reason.to(scene.lang),
                first=date_words(scene, duty.starts_on),
                last=date_words(scene, duty.ends_on),
            ),
            para(scene, "special_duty.people", people=people),
            *(() if scene.staff else (para(scene, "card.hotline", number=Bold(contract.hotline)),)),
        ),
    )


def alarms(scene: Scene, unseen: Sequence[tuple[int, datetime, str]]) -> Message:
    """List alarms by number, instant and words, in the reader's language."""
    lines = tuple(
        scene.line(
            "alarms.line", number=n, at=clock(scene, at), text=in_language(scene.texts, scene.lang, text)
        )
        for n, at, text in unseen
    )
    none = para(scene, "alarms.none")
    return Message(title=scene.line("alarms.title"), blocks=(Bullets(lines) if lines else none,))


def branch_contacts(scene: Scene, contract: Contract, branch: Unit) -> Message:
    """Name a branch's people with telephone and e-mail (S4 part 3 (3))."""
    known = [each for each in map(scene.directory.person, branch.people) if each]
    lines = tuple(
        as_line("  ".join(filter(None, (each.name_to(scene.lang), each.phone, each.email)))) for each in known
    )
    phone = (para(scene, "branch_contacts.phone", number=Bold(branch.phone)),) if branch.phone else ()
    return Message(
        title=scene.line("branch_contacts.title", contract=contract.title),
        blocks=(
            para(scene, "branch_contacts.body", unit=branch.name.to(scene.lang)),
            Bullets(lines),
            *phone,
        ),
    )


def setup_hint(scene: Scene, place: Place, sender: Sender) -> Message:
    """Show an admin the ids of a group nobody tied to a customer, and how to tie it."""
    return Message(
        title=scene.line("setup.title"),
        blocks=(
            para(scene, "setup.body"),
            Fields(
                (
                    Field(
                        scene.say("setup.conversation"), (Code(f"{place.platform}: {place.conversation}"),)
                    ),
                    Field(scene.say("setup.person"), (Code(f"{sender.platform}: {sender.user}"),)),
                )
            ),
            para(scene, "setup.how", command=Code(scene.say("setup.command"))),
        ),
    )


def _in_roles(scene: Scene, at: datetime) -> Iterator[Field]:
    for role in ON_CALL:
        yield Field(scene.say(f"word.role.{role}"), _called(scene, scene.directory.on_call(role, at)))


def _in_units(scene: Scene, at: datetime) -> Iterator[Field]:
    directory = scene.directory
    for unit in dict.fromkeys(shift.unit for shift in directory.rota if shift.unit):
        yield Field(directory.units[unit].name.to(scene.lang), _called(scene, directory.on_duty(unit, at)))


def _called(scene: Scene, people: Iterable[PersonId]) -> Line:
    called = [_reached(scene, person) for person in people]
    return as_line(scene.say("word.comma").join(called) or scene.say("word.none"))


def _named(scene: Scene, person: PersonId) -> str:
    return scene.name(person)


def _reached(scene: Scene, person: PersonId) -> str:
    known = scene.directory.person(person)
    return " ".join(filter(None, (scene.name(person), known.phone if known else None)))
