"""What happened to a case, one sentence a fact; a table decides what a customer sees of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import IntEnum

from bot.cases.facts import OUTCOMES, Data, Fact, FactKind
from bot.cases.model import Case
from bot.core.message import Bullets, Line
from bot.core.people import Level, PersonId, UnitId
from bot.core.text import cut
from bot.notify.scene import Scene
from bot.notify.texts import as_line
from bot.notify.times import clock, hour


class Shown(IntEnum):
    """How much of a fact a customer sees."""

    NOTHING = 0
    SENTENCE = 1
    WORDS = 2


PUBLIC: Mapping[FactKind, Shown] = {
    FactKind.OPENED: Shown.WORDS,
    FactKind.ASSIGNED: Shown.SENTENCE,
    FactKind.REASSIGNED: Shown.SENTENCE,
    FactKind.ACKNOWLEDGED: Shown.SENTENCE,
    FactKind.TAKEN: Shown.SENTENCE,
    FactKind.LEVELLED: Shown.WORDS,
    FactKind.LEVEL_DISPUTED: Shown.WORDS,
    FactKind.READING_REVIEWED: Shown.NOTHING,
    FactKind.CUSTOMER_WROTE: Shown.WORDS,
    FactKind.STAFF_WROTE: Shown.WORDS,
    FactKind.EDITED: Shown.WORDS,
    FactKind.DELETED: Shown.SENTENCE,
    FactKind.REPLIED: Shown.WORDS,
    FactKind.REPLY_HELD: Shown.NOTHING,
    FactKind.REPLY_TAKEN_BACK: Shown.NOTHING,
    FactKind.CALLED: Shown.WORDS,
    FactKind.DIAGNOSED: Shown.WORDS,
    FactKind.NOTED_INTERNALLY: Shown.NOTHING,
    FactKind.FIELD_SET: Shown.SENTENCE,
    FactKind.VISIT_REQUESTED: Shown.SENTENCE,
    FactKind.VISIT_DECIDED: Shown.SENTENCE,
    FactKind.VISIT_STARTED: Shown.SENTENCE,
    FactKind.ARRIVED: Shown.SENTENCE,
    FactKind.LEFT_SITE: Shown.SENTENCE,
    FactKind.MARKED: Shown.SENTENCE,
    FactKind.WAITING: Shown.SENTENCE,
    FactKind.RESUMED: Shown.SENTENCE,
    FactKind.ESCALATED: Shown.NOTHING,
    FactKind.VENDOR_APPROVED: Shown.NOTHING,
    FactKind.VENDOR_DECLINED: Shown.NOTHING,
    FactKind.CHASED: Shown.SENTENCE,
    FactKind.RUNG_SEEN: Shown.NOTHING,
    FactKind.REMINDED: Shown.NOTHING,
    FactKind.ENGINEER_OVERDUE: Shown.NOTHING,
    FactKind.RUNG_REACHED: Shown.NOTHING,
    FactKind.RUNG_REPEATED: Shown.NOTHING,
    FactKind.DUE_SOON: Shown.NOTHING,
    FactKind.ALARMED: Shown.NOTHING,
    FactKind.BREACHED: Shown.NOTHING,
    FactKind.BREACH_CORRECTED: Shown.NOTHING,
    FactKind.RECOUNTED: Shown.SENTENCE,
    FactKind.EDITION_MOVED: Shown.NOTHING,
    FactKind.SOLVED: Shown.WORDS,
    FactKind.CLOSING_NOTICE: Shown.SENTENCE,
    FactKind.CLOSED: Shown.WORDS,
    FactKind.REOPENED: Shown.WORDS,
    FactKind.ENDED: Shown.SENTENCE,
    FactKind.RATED: Shown.WORDS,
    FactKind.MERGED: Shown.SENTENCE,
    FactKind.ABSORBED: Shown.SENTENCE,
    FactKind.CANCELLED: Shown.WORDS,
    **dict.fromkeys(OUTCOMES, Shown.NOTHING),
}
"""What a customer may see of each kind of fact: no internal note, reminder, rung or reply still held."""

MOVES_CLOCKS = frozenset(
    {
        FactKind.OPENED,
        FactKind.LEVELLED,
        FactKind.STAFF_WROTE,
        FactKind.REPLIED,
        FactKind.CALLED,
        FactKind.DIAGNOSED,
        FactKind.VISIT_DECIDED,
        FactKind.ARRIVED,
        FactKind.MARKED,
        FactKind.WAITING,
        FactKind.RESUMED,
        FactKind.SOLVED,
        FactKind.REOPENED,
        FactKind.CANCELLED,
        FactKind.RECOUNTED,
        FactKind.EDITION_MOVED,
    }
)
"""Facts that may start, pause, move or meet a promise."""

_CONFIRMED = {
    FactKind.LEVELLED: "fact.level_confirmed",
    FactKind.RECOUNTED: "fact.due_confirmed",
}

_CHOSEN = {"type": "word.type", "warranty": "card.warranty"}
"""Fields whose value is one of a few, and where the words for it stand."""

WORDS_LENGTH = 200


def visible(scene: Scene, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts that the reader may see."""
    return tuple(fact for fact in facts if _shown(scene, fact) is not Shown.NOTHING)


def happened(scene: Scene, case: Case, fact: Fact) -> Line:
    """Return a fact as a sentence with its moment, and with people's words where the reader may see them."""
    sentence = scene.line(_key(fact), **_values(scene, case, fact))
    words = " ".join(_words_of(scene, fact).split())
    if words and _shown(scene, fact) is Shown.WORDS:
        sentence = as_line(*sentence, *scene.line("fact.words", words=cut(words, WORDS_LENGTH)))
    return as_line(f"{_moment(scene, fact)}  ", *sentence)


def _words_of(scene: Scene, fact: Fact) -> str:
    family = _CHOSEN.get(str(fact.data.get("field")))
    return (family and _known(scene, f"{family}.{fact.text}")) or fact.text


def whom(scene: Scene, case: Case, alert: Fact) -> tuple[str, str]:
    """Return whom an alert was for and by which channel; one the operator set up bears its own name."""
    channel = str(alert.data["channel"])
    name = _known(scene, f"word.channel.{channel}")
    return scene.name(PersonId(str(alert.data["to"])), case), name or channel


def _known(scene: Scene, key: str) -> str:
    return scene.say(key) if key in scene.texts.templates[scene.lang] else ""


def list_of(scene: Scene, case: Case, facts: Iterable[Fact]) -> tuple[Bullets, ...]:
    """Return the visible ones of `facts` as a list; nothing for none."""
    lines = tuple(happened(scene, case, fact) for fact in visible(scene, facts))
    return (Bullets(lines),) if lines else ()


def _key(fact: Fact) -> str:
    """A level that stays is confirmed, and so is a due time."""
    if fact.kind in _CONFIRMED and fact.data["from"] == fact.data["to"]:
        return _CONFIRMED[fact.kind]
    return f"fact.{fact.kind}"


def _shown(scene: Scene, fact: Fact) -> Shown:
    if scene.staff:
        return Shown.WORDS
    return Shown.NOTHING if fact.data.get("internal") else PUBLIC[fact.kind]


def _moment(scene: Scene, fact: Fact) -> str:
    today = fact.said_at.astimezone(scene.zone).date() == scene.now.astimezone(scene.zone).date()
    return hour(scene, fact.said_at) if today else clock(scene, fact.said_at)


def _values(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:
    more = _MORE.get(fact.kind, _nothing_more)(scene, case, fact)
    return {"who": scene.name(fact.actor, case), **more}


def _nothing_more(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:  # noqa: ARG001 - all have one shape
    return {}


def _plain(name: str) -> "Values":
    """Say a datum as it stands."""

    def values(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:  # noqa: ARG001 - all have one shape
        return {name: str(fact.data[name])}

    return values


def _word(datum: str, family: str) -> "Values":
    """Say a datum by its word below `family`."""

    def values(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:  # noqa: ARG001 - all have one shape
        return {datum: scene.say(f"{family}.{fact.data[datum]}")}

    return values


def _to_whom(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:
    return {"to": scene.name(PersonId(str(fact.data["to"])), case)}


def _levels(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:
    def name(datum: str) -> str:
        return scene.book.level_name(case.terms, Level(int(fact.data[datum] or 0)), scene.lang)

    return {"old": name("from"), "new": name("to")}


def _milestone(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:  # noqa: ARG001 - all have one shape
    _, _, milestone = str(fact.data["choice"]).partition(":")
    return {"milestone": scene.say(f"field.promise.{milestone}")}


def _alert(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:
    to, channel = whom(scene, case, fact)
    what = _known(scene, f"word.alert.{fact.data['what']}") or scene.say("word.alert.other")
    return {"to": to, "channel": channel, "what": what}


def up_to(scene: Scene, data: Data) -> str:
    """Return to whom somebody escalates: the units by name, else by the word."""
    units = [scene.directory.units.get(UnitId(each)) for each in str(data.get("units", "")).split()]
    names = [unit.name.to(scene.lang) for unit in units if unit]
    return scene.say("word.comma").join(names) or scene.say(f"word.escalation.{data['choice']}")


def _escalated(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:  # noqa: ARG001 - all have one shape
    return {"choice": up_to(scene, fact.data)}


def _repeated(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:
    return {**_word("choice", "word.role")(scene, case, fact), "number": str(fact.data["number"])}


def _recounted(scene: Scene, case: Case, fact: Fact) -> dict[str, str]:
    was, is_ = (clock(scene, datetime.fromisoformat(str(fact.data[each]))) for each in ("from", "to"))
    return {**_milestone(scene, case, fact), "was": was, "is": is_}


Values = Callable[[Scene, Case, Fact], dict[str, str]]

_MORE: Mapping[FactKind, Values] = {
    FactKind.ASSIGNED: _to_whom,
    FactKind.REASSIGNED: _to_whom,
    FactKind.LEVELLED: _levels,
    FactKind.FIELD_SET: _word("field", "word.field"),
    FactKind.READING_REVIEWED: _word("choice", "word.review"),
    FactKind.MARKED: _word("choice", "word.mark"),
    FactKind.WAITING: _word("choice", "word.waiting"),
    FactKind.ESCALATED: _escalated,
    FactKind.CHASED: _plain("times"),
    FactKind.REMINDED: _plain("number"),
    FactKind.ENGINEER_OVERDUE: _plain("number"),
    FactKind.RUNG_REACHED: _word("choice", "word.role"),
    FactKind.RUNG_REPEATED: _repeated,
    FactKind.DUE_SOON: _milestone,
    FactKind.ALARMED: _milestone,
    FactKind.BREACHED: _milestone,
    FactKind.BREACH_CORRECTED: _word("milestone", "field.promise"),
    FactKind.RECOUNTED: _recounted,
    FactKind.CLOSED: _word("how", "word.closure"),
    FactKind.RATED: _plain("stars"),
    FactKind.MERGED: _plain("into"),
    FactKind.ABSORBED: _plain("case"),
    **dict.fromkeys(OUTCOMES, _alert),
}
"""What the sentence of each kind says besides who."""
