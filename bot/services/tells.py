"""Who hears of a decision, where and in which words: audiences become outbox rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cases.model import Case, CaseType, Tell, To
from bot.core.message import Attachment, Message
from bot.core.people import PersonId, Place
from bot.directory.lookup import Directory
from bot.directory.model import AlertWay, Person
from bot.notify.build import addressed
from bot.notify.scene import Scene
from bot.notify.tells import draw
from bot.ports import MAIL, Alert, Guard, Saying, Showing, Unit
from bot.services.desk import Desk
from bot.services.quiet import kind_of, may_alert_at
from bot.services.readers import NEWS, RANK, readers

NEARING = frozenset({"due_soon", "alarm"})
"""What nears its end: whoever is brought into the case in the same moment reads that there."""

DROPPED_WHEN_STALE = frozenset({"assigned", "reminder", "due_soon", "alarm", "wait_over"})
"""Words that matter only while the case is still in the same hands."""

CARD = "card"
STATUS = "status"

SAID = "customer_said"
CARRYING = (To.CUSTOMER, To.INTERNAL)
"""Whose conversations get the files that came with words; everybody else reads their names."""


@dataclass(frozen=True, slots=True)
class _Recipient:
    """One reader of one tell: a member of staff, or a place with its own scene."""

    person: PersonId | None
    place: Place
    scene: Scene
    below: str = ""


def tell(unit: Unit, desk: Desk, case: Case, tells: Iterable[Tell]) -> None:
    """Write what a decision wants said to the outbox, one row a reader."""
    unit.outbox.say(*said(unit, desk, case, tells))


def said(unit: Unit, desk: Desk, case: Case, tells: Iterable[Tell]) -> Iterator[Saying]:
    """Yield what a decision wants said, for each reader."""
    directory = desk.directory_of(unit)
    addressed = [
        (each, recipient) for each in tells for recipient in _recipients(unit, desk, directory, case, each)
    ]
    for each, recipient in _bundled(addressed):
        yield _saying(unit, desk, case, each, recipient)
        if each.to in CARRYING:
            yield from _carried(case, each.files, recipient)


def show(unit: Unit, desk: Desk, *cases: Case) -> None:
    """Want the cards of cases, the engineers' and the customer's, to show their newest state."""
    places = tuple(place for _, place in desk.engineers_places(unit))
    unit.outbox.show(*(showing for case in cases for showing in _showings(case, places)))


def _showings(case: Case, engineers: Iterable[Place]) -> Iterator[Showing]:
    """A complaint is not shown to those it may be about (S1 A2 5.4)."""
    if case.type is not CaseType.COMPLAINT:
        for place in engineers:
            yield Showing(case=case.key, place=place, slot=CARD, version=case.version)
    yield Showing(case=case.key, place=case.place, slot=STATUS, version=case.version)


def saying_key(case: Case, tell_: Tell, place: Place) -> str:
    """Return the outbox key of a tell: by its clock if it has one, else by the case's version."""
    return f"{case.key}:{_cause(case, tell_)}:{tell_.template}:{place}"


def _cause(case: Case, tell_: Tell) -> str:
    return tell_.wake or f"v{case.version}"


def _saying(unit: Unit, desk: Desk, case: Case, tell_: Tell, recipient: _Recipient) -> Saying:
    at = _when(unit, desk, case, tell_, recipient)
    message = draw(replace(recipient.scene, now=at), case, tell_)
    if tell_.to is To.CUSTOMER:
        message = to_whom(desk, case, recipient.place, message)
    return Saying(
        key=saying_key(case, tell_, recipient.place),
        place=recipient.place,
        message=message,
        case=case.key,
        not_before=at if at > unit.now else None,
        guard=_guard(case, tell_, waits=at > unit.now),
        below=recipient.below,
        alert=_alert(case, tell_, recipient),
    )


def _when(unit: Unit, desk: Desk, case: Case, tell_: Tell, recipient: _Recipient) -> datetime:
    """Return when words may leave: clocks, and channels beside chat, keep quiet hours; people do not."""
    rings = tell_.template in RANK or not desk.reaches(recipient.place)
    if recipient.person is None or not rings:
        return unit.now
    return may_alert_at(unit, desk, case, recipient.person, tell_.template)


def _guard(case: Case, tell_: Tell, *, waits: bool) -> Guard | None:
    """Words that wait for the morning matter only while the case is worked on."""
    if tell_.template in DROPPED_WHEN_STALE:
        return Guard(case=case.key, round=case.round, turn=case.turn)
    if waits:
        mine = tell_.to in {To.OWNER, To.FORMER_OWNER}
        return Guard(case=case.key, round=case.round, turn=case.turn, any_owner=not mine)
    return None


def _alert(case: Case, tell_: Tell, recipient: _Recipient) -> Alert | None:
    """What clocks tell the staff, and all that goes out by two channels at once, is an alert."""
    if recipient.person is None or not (tell_.second_channel or tell_.template in RANK):
        return None
    return Alert(person=recipient.person, what=tell_.template, cause=_cause(case, tell_))


def to_whom(desk: Desk, case: Case, place: Place, message: Message) -> Message:
    """Return a message to a customer, calling who reported the case where nothing else shows it is theirs."""
    sender = case.reporter.sender
    return addressed(message, sender) if sender and desk.flat(place) else message


def _carried(case: Case, files: Iterable[Attachment], recipient: _Recipient) -> Iterator[Saying]:
    """Files go after the words they came with, each a message of its own and once to a place."""
    for each in files:
        yield Saying(
            key=f"{case.key}:{each.file}:{recipient.place}",
            place=recipient.place,
            message=Message(blocks=(each,)),
            case=case.key,
            below=recipient.below,
        )


def _bundled(addressed: list[tuple[Tell, _Recipient]]) -> Iterator[tuple[Tell, _Recipient]]:
    """Of several words of clocks to one reader keep the weightiest, of several rungs to all the highest."""
    highest = min((_weight(each) for each, _ in addressed if each.template == "rung"), default=None)
    addressed = [pair for pair in addressed if pair[0].template != "rung" or _weight(pair[0]) == highest]
    best: dict[Place, tuple[int, int]] = {}
    for each, recipient in addressed:
        if each.template in RANK:
            best[recipient.place] = min(best.get(recipient.place, _weight(each)), _weight(each))
    brought = _first_news(addressed)
    kept: set[Place] = set()
    for each, recipient in addressed:
        news = brought.get(recipient.place)
        if each.template in NEWS and each is not news:
            continue
        if each.template in NEARING and news is not None:
            continue
        if each.template in RANK:
            if _weight(each) != best[recipient.place] or recipient.place in kept:
                continue
            kept.add(recipient.place)
        yield each, recipient


def _first_news(addressed: Iterable[tuple[Tell, _Recipient]]) -> Mapping[Place, Tell]:
    first: dict[Place, Tell] = {}
    for each, recipient in addressed:
        if each.template in NEWS:
            other = first.setdefault(recipient.place, each)
            first[recipient.place] = min(other, each, key=lambda tell_: NEWS.index(tell_.template))
    return first


def _weight(tell_: Tell) -> tuple[int, int]:
    number = tell_.data.get("number")
    return RANK.index(tell_.template), -number if isinstance(number, int) else 0


def _recipients(
    unit: Unit, desk: Desk, directory: Directory, case: Case, tell_: Tell
) -> Iterator[_Recipient]:
    match tell_.to:
        case To.CUSTOMER:
            yield _customer(unit, desk, case)
        case To.MAIL:
            if case.reporter.email:
                place = Place(MAIL, case.reporter.email)
                yield _Recipient(None, place, desk.customer_scene(unit, case))
        case To.ENGINEERS:
            yield from _engineers(unit, desk, case)
        case To.INTERNAL:
            yield from _internal(unit, desk, directory, case, tell_)
        case To.OPERATOR:
            unit.registry.alarm(f"{case.key}:{tell_.template}", text=f"{case.key}: {tell_.template}")
        case _:
            yield from _staff(unit, desk, directory, case, tell_)


def _customer(unit: Unit, desk: Desk, case: Case) -> _Recipient:
    """The case's conversation; a case without a thread has that of its card, where there are threads."""
    scene = desk.customer_scene(unit, case)
    homeless = case.place.thread is None and scene.threads and not case.place.direct
    return _Recipient(None, case.place, scene, below=STATUS if homeless else "")


def _engineers(unit: Unit, desk: Desk, case: Case) -> Iterator[_Recipient]:
    for group, place in desk.engineers_places(unit):
        scene = desk.scene(unit, group.language, staff=True, place=place, edition=case.edition)
        yield _Recipient(None, place, scene)


def _internal(unit: Unit, desk: Desk, directory: Directory, case: Case, tell_: Tell) -> Iterator[_Recipient]:
    """The thread below each of the case's cards: what a customer wrote or changed, not what staff did.

    A complaint has no card (S1 A2 5.4).
    """
    by = directory.person(PersonId(str(tell_.data["by"])))
    says_nothing = tell_.template == SAID and not (tell_.text.strip() or tell_.files)
    if case.type is CaseType.COMPLAINT or says_nothing or (by and by.is_staff):
        return
    for each in _engineers(unit, desk, case):
        yield replace(each, below=CARD)


def _staff(unit: Unit, desk: Desk, directory: Directory, case: Case, tell_: Tell) -> Iterator[_Recipient]:
    for person in readers(unit, desk, case, tell_):
        known = directory.person(person)
        place = desk.place_of(unit, known) if known else None
        scene = desk.person_scene(unit, person, edition=case.edition)
        ways = tuple(_ways(known, case, tell_)) if known and tell_.second_channel else ()
        if ways and tell_.to is To.SAME:
            pass
        elif place is None:
            unit.registry.alarm(f"unreachable:{person}", text=f"{person} has no direct conversation")
        else:
            yield _Recipient(person, place, scene)
        yield from (_Recipient(person, way.place, scene) for way in ways)


def _ways(person: Person, case: Case, tell_: Tell) -> Iterator[AlertWay]:
    """Yield the ways beside chat that somebody wants this alert by."""
    kind = kind_of(tell_.template)
    yield from (way for way in person.alerts if kind in way.about and case.level in way.levels)
