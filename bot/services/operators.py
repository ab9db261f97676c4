"""What is wrong with Casebell itself is told to its operators, by chat and every channel of theirs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from bot.core.message import Button, Buttons, Message, Paragraph
from bot.core.people import Language, PersonId, Place, PlatformName
from bot.core.verbs import Verb
from bot.directory.model import Person
from bot.notify.alarms import in_language
from bot.ports import Alarm, AlarmData, AlarmKind, Alert, Saying, Unit
from bot.services.desk import Desk

ALARM = "alarm"
"""What an alert to operators is of; its cause is the number of the alarm."""


@dataclass(frozen=True, slots=True)
class Straight:
    """An alarm that was told without the database, whom by which channel, and whether that took it."""

    text: str
    ago: timedelta
    outcomes: tuple[tuple[PersonId, PlatformName, bool], ...]


def pass_on(unit: Unit, desk: Desk) -> None:
    """Write alarms that were raised since the last time to the outbox, each once; each is on record."""
    for each in unit.alarms.take():
        digest = sha256(each.text.encode()).hexdigest()[:16]
        for person in operators(unit, desk):
            alert = Alert(person=person.id, what=ALARM, cause=str(each.number))
            message = alarm(desk, person.language, "operator.alarm", each.text)
            for place in _places(unit, desk, person):
                key = f"operator:{each.at.isoformat()}:{digest}:{place}"
                pressed = _with_press(desk, person.language, message, each.number)
                said = pressed if desk.reaches(place) else message
                unit.outbox.say(Saying(key=key, place=place, message=said, alert=alert))


def _with_press(desk: Desk, language: Language, message: Message, number: int) -> Message:
    """Return an alarm with a button that says it has been seen."""
    label = desk.texts.say("button.noted", language)
    button = Button(label=label, verb=Verb.ALARM, words=str(number))
    return replace(message, blocks=(*message.blocks, Buttons((button,))))


def note_told(unit: Unit, told: Iterable[Straight]) -> None:
    """Record alarms that were told straight, with what became of each on each channel."""
    for each in told:
        number = unit.alarms.raised(each.text, at=unit.now - each.ago).number
        for person, channel, taken in each.outcomes:
            kind = AlarmKind.DELIVERED if taken else AlarmKind.UNDELIVERED
            unit.alarms.record(number, kind, {"to": person, "channel": channel, "attempt": 1})


def seen(unit: Unit, number: int, *, by: PersonId) -> Alarm | None:
    """Record that somebody has seen an alarm, once a person; None if there is no such alarm."""
    found = unit.alarms.of(number)
    if found is not None and not any(_noted(fact.kind, fact.data, by) for fact in found.facts):
        unit.alarms.record(number, AlarmKind.NOTED, {"by": by})
    return found


def _noted(kind: AlarmKind, data: AlarmData, by: PersonId) -> bool:
    return kind is AlarmKind.NOTED and data["by"] == by


def operators(unit: Unit, desk: Desk) -> tuple[Person, ...]:
    """Return whoever runs Casebell, as the directory names them."""
    directory = desk.directory_of(unit)
    found = (directory.person(each) for each in directory.desk.operators)
    return tuple(person for person in found if person is not None)


def alarm(desk: Desk, language: Language, title: str, text: str) -> Message:
    """Return what an operator is told; `text` is the log's, in English."""
    name = desk.directory.desk.name.to(language)
    said = in_language(desk.texts, language, text)
    return Message(title=desk.texts.line(title, language, desk=name), blocks=(Paragraph((said,)),))


def _places(unit: Unit, desk: Desk, person: Person) -> Iterator[Place]:
    chat = desk.place_of(unit, person)
    if chat is not None:
        yield chat
    yield from (way.place for way in person.alerts)
