"""What is wrong with Casebell itself is told to its operators, by chat and every channel of theirs."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from bot.core.message import Message, Paragraph
from bot.core.people import Language, Place
from bot.directory.model import Person
from bot.notify.alarms import in_language
from bot.ports import Saying, Unit
from bot.services.desk import Desk


def pass_on(unit: Unit, desk: Desk, *, since: datetime) -> None:
    """Write alarms recorded since an instant to the outbox, each once."""
    for at, text in unit.registry.alarms(since=since):
        digest = sha256(text.encode()).hexdigest()[:16]
        for person in operators(unit, desk):
            for place in _places(unit, desk, person):
                key = f"operator:{at.isoformat()}:{digest}:{place}"
                message = alarm(desk, person.language, "operator.alarm", text)
                unit.outbox.say(Saying(key=key, place=place, message=message))


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
