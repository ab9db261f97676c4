"""Understanding a message: what the rules find in it, weighed by the trained model."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.core.people import Level
from bot.triage.concepts import packaged as concepts
from bot.triage.features import Features, features
from bot.triage.intents import Row, intent_of
from bot.triage.known import Known
from bot.triage.levels import Severity, severity
from bot.triage.model import Guess, Model, packaged
from bot.triage.passage import FAILURES, SCOPES, Passage, read
from bot.triage.reading import Ask, Evidence, Intent, Likeliest, Reading
from bot.triage.rules import Mark, Rules, Sign

WITHOUT_SYMPTOM = {
    Intent.FAULT: Level.USAGE,
    Intent.HOW_TO: Level.USAGE,
    Intent.FEATURE_REQUEST: Level.REQUEST,
}
"""The level of an intent that no live symptom raises; the others have none (服务指南 4.4.2 第四、五级)."""
BROKEN = frozenset({Intent.FAULT, Intent.REOPEN})
"""What tells of something that is broken now."""
PERSISTS = frozenset({Sign.AGAIN, Sign.REOPENS})
WORDLESS = Reading(intent=Intent.CHIT_CHAT, level=None, confidence=0.6)
"""A message of signs alone, such as a smiley or a row of question marks."""
DOUBT, RULED_DOUBT = 0.25, 0.08
"""A worse reading at least this likely is the one that clocks and people go by, until somebody knows.

The second holds where it is also what the rules say.
"""
OUTAGE = 0.4
"""A fault at least this likely to be an outage is read as one: missing one costs more than a false one."""
SURE = 0.6
"""A level 1 or 2 less likely than this holds provisionally and is asked about."""
WORSE = ((Level.CRITICAL, Ask.STOPPED), (Level.SEVERE, Ask.PEOPLE))
"""The levels worth asking about, the worst first, and what tells them from the next."""
CLAUSES = {
    Level.CRITICAL: "服务指南 4.4.2 第一级",
    Level.SEVERE: "服务指南 4.4.2 第二级",
    Level.MINOR: "服务指南 4.4.2 第三级",
    Level.USAGE: "服务指南 4.4.2 第四级",
    Level.REQUEST: "服务指南 4.4.2 第五级",
}
"""The definition of a level that no rule gave."""
UNKNOWN = 0.5
"""Below this, words that no rule knows say nothing: the knowledge base is asked."""
MOST_WORDS = 3
"""How many of the words that spoke most for a reading are told, where no rule knew any."""
MOST_MARKS = 40
"""How many places in a message are told: nobody reads more, and a log may have thousands."""

ANSWERS = {
    Ask.PEOPLE: {"all": Level.SEVERE, "some": Level.SEVERE, "me": Level.MINOR},
    Ask.STOPPED: {"stopped": Level.CRITICAL, "running": Level.SEVERE},
}
"""What a choice says: everybody blocked in one function is severe, one person is minor."""
SPOKEN = {
    Ask.PEOPLE: {Sign.FEW: "me", Sign.MANY: "some", Sign.EVERYONE: "all"},
    Ask.STOPPED: {
        Sign.RUNS: "running",
        Sign.HARMLESS: "running",
        Sign.STOPS: "stopped",
        Sign.DEAD: "stopped",
        Sign.EVERYONE: "stopped",
    },
}


@dataclass(frozen=True, slots=True)
class Observed:
    """A message as the rules read it, and as the model sees it."""

    passage: Passage
    row: Row
    found: Severity | None
    features: Features


def observe(text: str, rules: Rules) -> Observed:
    """Return what the rules find in a message."""
    passage = read(text, rules)
    row, found = intent_of(passage), severity(passage)
    meant = concepts().read(passage.text, passage.denied)
    return Observed(passage, row, found, features(passage, row, found, meant))


class Triage:
    """Reads messages by rules, a model that knows how far to trust them, and examples of a deployment."""

    def __init__(self, rules: Rules, model: Model | None = None, known: Known | None = None) -> None:
        self._rules = rules
        self._model = model or packaged()
        self._known = known or Known(())

    def understand(self, text: str) -> Reading:
        """Return what a message wants, and how bad the fault is if it tells of one."""
        if not any(map(str.isalnum, text)):
            return WORDLESS
        if example := self._known.like(text):
            return example
        seen = observe(text, self._rules)
        guess = self._model.guess(seen.features)
        reading = _cautious(_likeliest(guess, seen), seen, guess)
        evidence = tuple(dict.fromkeys(self._evidence(text, seen, reading)))
        return replace(reading, evidence=evidence, again=bool(PERSISTS & seen.passage.signs))

    def _evidence(self, text: str, seen: Observed, reading: Reading) -> Iterator[Evidence]:
        found = seen.found if reading.intent is Intent.FAULT else None
        marks = (*(found.marks if found else ()), *seen.passage.marks)
        decisive = seen.row.says | FAILURES | SCOPES
        telling = [mark for mark in marks if mark.signs & decisive][:MOST_MARKS]
        for mark in telling:
            if not any(_inside(mark, other) for other in telling):
                yield Evidence(text[mark.start : mark.end], mark.rule)
        if not telling and reading.confidence >= UNKNOWN:
            words = self._model.telling(seen.features, reading.intent, reading.level)
            yield from (Evidence(text[start:end], rule) for rule, (start, end) in words[:MOST_WORDS])

    def answer_to_ask(self, ask: Ask, answer: str) -> Level | None:
        """Return the level an answer gives, or None if it does not answer the question.

        Args:
            ask: the question that was put.
            answer: a choice ("all", "some", "me"; "stopped", "running") or words of the person's own.
        """
        choice = answer.strip().lower()
        if choice not in ANSWERS[ask]:
            said = read(answer, self._rules).signs
            choice = next((choice for sign, choice in SPOKEN[ask].items() if sign in said), "")
        return ANSWERS[ask].get(choice)


def _likeliest(guess: Guess, seen: Observed) -> Reading:
    """Return the reading that is right most often."""
    intent = max(guess.intents, key=guess.intents.__getitem__)
    if not seen.passage.marks and guess.intents[intent] < UNKNOWN:
        intent = Intent.HOW_TO
    confidence, level = guess.intents[intent], WITHOUT_SYMPTOM.get(intent)
    outage = seen.found is not None and seen.found.level is Level.CRITICAL
    if intent is Intent.FAULT or (intent is Intent.REOPEN and outage):
        is_outage = guess.levels[Level.CRITICAL] >= OUTAGE
        level = Level.CRITICAL if is_outage else max(guess.levels, key=guess.levels.__getitem__)
    if intent is Intent.FAULT and level is not None:
        confidence *= guess.levels[level]
    clause = CLAUSES[level] if level else ""
    likeliest = Likeliest(intent, None if intent is Intent.REOPEN else level)
    return Reading(intent=intent, level=level, confidence=confidence, likeliest=likeliest, clause=clause)


def _cautious(reading: Reading, seen: Observed, guess: Guess) -> Reading:
    """Return the reading to act on: a worse one that is likely enough, with the question that would tell."""
    broken = reading.intent in BROKEN
    chance = sum(guess.intents[each] for each in BROKEN) if broken else guess.intents[Intent.FAULT]
    if chance < DOUBT or (broken and reading.level is None):
        return reading
    intent, level = (reading.intent, reading.level) if broken else (Intent.FAULT, None)
    ruled = seen.found.level if seen.found else None
    clauses = CLAUSES | ({seen.found.level: seen.found.clause} if seen.found else {})
    if seen.found and level == ruled:
        return replace(reading, ask=seen.found.ask, clause=seen.found.clause)
    for worse, ask in WORSE:
        chance_of_worse = chance * sum(each for at, each in guess.levels.items() if at <= worse)
        if level is not None and level <= worse:
            return reading if chance_of_worse >= SURE or level < worse else replace(reading, ask=ask)
        if chance_of_worse >= (RULED_DOUBT if ruled == worse else DOUBT):
            return replace(reading, intent=intent, level=worse, ask=ask, clause=clauses[worse])
    return reading


def _inside(mark: Mark, other: Mark) -> bool:
    """Whether a longer mark says all that this one does."""
    longer = other.end - other.start > mark.end - mark.start
    return longer and other.start <= mark.start and mark.end <= other.end
