"""Understanding a message."""

from bot.core.people import Level
from bot.triage.intents import intent_of
from bot.triage.levels import severity
from bot.triage.passage import FAILURES, SCOPES, read
from bot.triage.reading import Ask, Evidence, Intent, Reading
from bot.triage.rules import Mark, Rules, Sign

WITHOUT_SYMPTOM = {
    Intent.FAULT: Level.USAGE,
    Intent.HOW_TO: Level.USAGE,
    Intent.FEATURE_REQUEST: Level.REQUEST,
}
"""The level of an intent that no live symptom raises; the others have none (服务指南 4.4.2 第四、五级)."""
PERSISTS = frozenset({Sign.AGAIN, Sign.REOPENS})
WORDLESS = Reading(intent=Intent.CHIT_CHAT, level=None, confidence=0.6)
"""A message of signs alone, such as a smiley or a row of question marks."""
UNCLEAR = 0.75
"""What remains of the confidence where the impact had to be guessed."""

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


class Triage:
    """Reads messages by rules."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def understand(self, text: str) -> Reading:
        """Return what a message wants, and how bad the fault is if it tells of one."""
        if not any(map(str.isalnum, text)):
            return WORDLESS
        passage = read(text, self._rules)
        row = intent_of(passage)
        found = severity(passage) if row.intent is Intent.FAULT else None
        marks = (*(found.marks if found else ()), *passage.marks)
        decisive = row.says | FAILURES | SCOPES
        telling = [mark for mark in marks if mark.signs & decisive]
        evidence = dict.fromkeys(
            Evidence(text[mark.start : mark.end], mark.rule)
            for mark in telling
            if not any(_inside(mark, other) for other in telling)
        )
        ask = found.ask if found else None
        return Reading(
            intent=row.intent,
            level=found.level if found else WITHOUT_SYMPTOM.get(row.intent),
            confidence=row.confidence * (UNCLEAR if ask else 1),
            evidence=tuple(evidence),
            ask=ask,
            again=bool(PERSISTS & passage.signs),
        )

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


def _inside(mark: Mark, other: Mark) -> bool:
    """Whether a longer mark says all that this one does."""
    longer = other.end - other.start > mark.end - mark.start
    return longer and other.start <= mark.start and mark.end <= other.end
