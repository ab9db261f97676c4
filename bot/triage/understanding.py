"""A message as the desk reads it: what the words say, and whether it is an emergency or which complaint."""

from dataclasses import replace

from bot.core.matters import Emergency
from bot.core.people import Level
from bot.triage.matters import CLAUSE, Found, Matters
from bot.triage.reading import Ask, Intent, Reading, Understands

LATER = frozenset({Intent.CASE_STATUS, Intent.CLOSE_CONFIRM})
"""What is said of an emergency that is known already."""

SURE = 0.85
"""From which confidence on a reading outweighs the name of an emergency."""


class Understanding:
    """Puts emergencies and kinds of complaints beside what `reader` understands."""

    def __init__(self, reader: Understands, matters: Matters) -> None:
        self._reader = reader
        self._matters = matters

    def understand(self, text: str) -> Reading:
        """Return what a message wants; an emergency is a fault, and never a slight one."""
        reading, found = self._reader.understand(text), self._matters.find(text)
        reading = replace(reading, objects=found.objects)
        if found.emergency and not _clearly_none(reading, found):
            return _emergency(reading, found)
        if reading.intent is Intent.COMPLAINT:
            return replace(reading, kind=found.complaint)
        return reading

    def answer_to_ask(self, ask: Ask, answer: str) -> Level | None:
        """Return the level that an answer to a question gives, or None if it does not answer it."""
        return self._reader.answer_to_ask(ask, answer)


def _clearly_none(reading: Reading, found: Found) -> bool:
    """Return whether a message that names an emergency is clearly about something else.

    A question about one, or a slight fault beside one, must be sure. That something burns is never slight;
    who asks what to do now has no question.
    """
    if reading.intent in LATER:
        return not found.calls_for_help
    slight = reading.level is None or reading.level > Level.SEVERE
    fire = found.emergency is Emergency.FIRE and reading.intent is Intent.FAULT
    sure = reading.ask is None and reading.confidence >= SURE
    return sure and slight and not fire and not found.calls_for_help


def _emergency(reading: Reading, found: Found) -> Reading:
    """Return an emergency: level 1, or 2 where something still runs (部分瘫痪), until somebody knows.

    Source: 售后服务承诺 4.2.4.
    """
    floor = Level.SEVERE if found.partly else Level.CRITICAL
    beside = reading.evidence if reading.intent is Intent.FAULT else ()
    evidence = tuple(dict.fromkeys((*found.evidence, *beside)))
    reading = replace(reading, kind=found.emergency, evidence=evidence)
    if reading.intent is Intent.FAULT and reading.level is not None and reading.level <= floor:
        return reading
    return replace(reading, intent=Intent.FAULT, level=floor, ask=Ask.STOPPED, clause=CLAUSE)
