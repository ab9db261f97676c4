"""What became of questions: from what people asked, pressed and opened, for as long as that is kept.

Counted are customers' questions. One is deflected only if the person said that the answer helped, and neither
they nor anybody in their thread opened a case within a day; silence is no proof of anything.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.people import CaseKey, PersonId
from bot.kb.article import cleaned
from bot.kb.drafting import scrubbed
from bot.kb.normalise import normalise
from bot.kb.outcomes import Outcomes
from bot.ports import Exchange, Tally, Unit
from bot.services.desk import Desk

DAY = timedelta(days=1)
"""How long a case that follows a question counts against its answer, and a press for it."""

SECOND_TRY = timedelta(minutes=10)
"""How soon somebody asks in other words what was not found."""

ASKED = ("answered", "offered", "unknown", "along")
CAUGHT_UP = 7
"""For how many days back figures are put down if nobody was there to do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question with what became of it; `shown` is the article the person got to read in the end.

    `again` is the article that the same person found soon after in other words.
    """

    question: str
    at: datetime
    person: PersonId
    outcome: str
    shown: str = ""
    helped: bool = False
    unhelped: bool = False
    case: CaseKey | None = None
    again: str = ""

    @property
    def followed(self) -> bool:
        """Whether a case followed within a day."""
        return self.case is not None

    @property
    def deflected(self) -> bool:
        """Whether the answer certainly spared a case."""
        return self.helped and not self.followed and self.outcome != "along"

    @property
    def badly(self) -> bool:
        """Whether something was found, and was not what the person wanted."""
        missed = self.unhelped or (self.outcome == "offered" and not self.shown)
        return self.outcome in ("answered", "offered") and not self.helped and (missed or self.followed)

    @property
    def figures(self) -> Iterator[str]:
        """Yield what this question counts as."""
        yield self.outcome
        if self.outcome != "along":  # a fault has its case whatever goes along with it
            yield "asked"
        facts = (
            ("helped", self.helped),
            ("unhelped", self.unhelped),
            ("followed", self.followed),
            ("deflected", self.deflected),
        )
        yield from (name for name, holds in facts if holds)


def askings(unit: Unit, desk: Desk, first: datetime, last: datetime) -> tuple[Asking, ...]:
    """Return the questions customers asked from an instant to before another, with what became of them."""
    directory = desk.directory_of(unit)
    staff = {person.id for person in directory.people.values() if person.is_staff}
    said = [
        each for each in unit.exchanges.between(first - SECOND_TRY, last + DAY) if each.person not in staff
    ]
    return tuple(each for each in followed_up(said) if first <= each.at < last)


def followed_up(said: Iterable[Exchange]) -> Iterator[Asking]:
    """Yield every question among what people said, oldest first, with what followed it."""
    ordered = sorted(said, key=lambda each: each.said_at)
    by_person, by_place, by_lane = (defaultdict[object, list[Exchange]](list) for _ in range(3))
    for each in ordered:
        by_person[each.person].append(each)
        by_place[each.place].append(each)
        by_lane[each.place.lane].append(each)
    for each in ordered:
        if each.outcome in ASKED and each.text:
            around = by_place[each.place] if each.place.thread else []
            yield _asking(each, by_person[each.person], around, by_lane[each.place.lane])


def _asking(
    asked: Exchange, theirs: Sequence[Exchange], around: Sequence[Exchange], lane: Sequence[Exchange]
) -> Asking:
    presses = [
        each
        for each in _following(lane, asked)
        if each.text == asked.text and set(each.articles) & set(asked.articles)
    ]
    read = next((each.articles[0] for each in presses if each.outcome == "read"), "")
    cases = (each.case for each in (*_following(theirs, asked), *_following(around, asked)))
    return Asking(
        question=asked.text,
        at=asked.said_at,
        person=asked.person,
        outcome=asked.outcome,
        shown=read or (asked.articles[0] if asked.articles and asked.outcome != "offered" else ""),
        helped=any(each.outcome == "helped" for each in presses),
        unhelped=any(each.outcome == "unhelped" for each in presses),
        case=next((case for case in cases if case), None),
        again=_again(asked, theirs),
    )


def _following(said: Sequence[Exchange], asked: Exchange) -> Iterator[Exchange]:
    """Yield what was said in the day after a question, and what the question itself led to."""
    return (
        each for each in said if each is not asked and asked.said_at <= each.said_at <= asked.said_at + DAY
    )


def _again(asked: Exchange, theirs: Sequence[Exchange]) -> str:
    """Return the article that the same person found soon in other words."""
    soon = (
        each
        for each in theirs
        if asked.said_at < each.said_at <= asked.said_at + SECOND_TRY
        and each.place.lane == asked.place.lane
        and each.text != asked.text
    )
    found = (each for each in soon if each.outcome in ("answered", "read"))
    return next((each.articles[0] for each in found if each.articles), "")


def figures(asked: Iterable[Asking]) -> Mapping[str, Mapping[str, int]]:
    """Return the figures of all questions under no name, and of each article under its own."""
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for asking in asked:
        for name in asking.figures:
            counted[""][name] += 1
            if asking.shown:
                counted[asking.shown][name] += 1
    return counted


def outcomes(unit: Unit, desk: Desk, first: date, last: date) -> Outcomes:
    """Return what became of the questions of some days, both included, as far as they are remembered.

    Questions are told apart by their normalised words; what could tell who asked is taken out of them.
    """
    asked = askings(unit, desk, _midnight(unit, desk, first), _midnight(unit, desk, last + DAY))
    counted, typed = dict(figures(asked)), dict[str, str]()
    questions: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in asked:
        words = normalise(each.question)
        typed[words] = each.question
        questions[words].update(each.figures)
    every = counted.pop("", {})
    shown = {cleaned(scrubbed(typed[words], ()), lines=False): counts for words, counts in questions.items()}
    return Outcomes(
        first=first, last=last, every=every, articles=_by_count(counted), questions=_by_count(shown)
    )


def _by_count(counted: Mapping[str, Mapping[str, int]]) -> tuple[tuple[str, Mapping[str, int]], ...]:
    return tuple(sorted(counted.items(), key=lambda each: (-each[1].get("asked", 0), each[0])))


def _midnight(unit: Unit, desk: Desk, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=desk.directory_of(unit).desk.zone)


def put_down_figures(unit: Unit, desk: Desk) -> None:
    """Put down the figures of days whose questions have had their day; words go in time, figures stay."""
    zone = desk.directory_of(unit).desk.zone
    newest = unit.now.astimezone(zone).date() - 2 * DAY
    days = [newest - number * DAY for number in range(CAUGHT_UP)]
    known = {each.day for each in unit.articles.tallies(days[-1], newest)}
    for day in days:
        if day not in known:
            _put_down(unit, desk, day)


def _put_down(unit: Unit, desk: Desk, day: date) -> None:
    first, last = (_midnight(unit, desk, each) for each in (day, day + DAY))
    counted = figures(askings(unit, desk, first, last))
    for article, numbers in {"": {}, **counted}.items():
        unit.articles.count(Tally(day=day, article=article, figures=dict(numbers)))
