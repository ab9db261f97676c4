"""Why a case has its level: what falls under it, which words decided it, and for staff how they were read."""

from collections.abc import Iterator, Sequence

from bot.cases.calling import is_emergency
from bot.cases.facts import Data, Fact, FactKind
from bot.cases.model import Case, CaseType
from bot.core.message import Block, Code, Field
from bot.notify.build import level, para, row
from bot.notify.scene import Scene
from bot.sla.policy import Starts
from bot.sla.routing import source_of

DEFINED = frozenset({CaseType.FAULT, CaseType.HOW_TO, CaseType.FEATURE_REQUEST})
"""Types of case whose level means what the documents define."""


def graded(scene: Scene, case: Case) -> Iterator[Field]:
    """Yield what falls under the level of a case, and the words that decided it."""
    if case.type in DEFINED:
        yield row(scene, "meaning", scene.book.level_definition(case.terms, case.level, scene.lang))
    yield from because(scene, case)


def because(scene: Scene, case: Case) -> Iterator[Field]:
    """Yield the words of the customer that decided the level, if words did."""
    if case.evidence:
        reader = "staff" if scene.staff else "customer"
        yield row(scene, "because", scene.say(f"card.because.{reader}", words=_quoted(scene, case)))


def why_this_level(scene: Scene, case: Case, facts: Sequence[Fact]) -> Iterator[Block]:
    """Yield the level, what falls under it and why; staff also read by which rules, and how surely.

    Where somebody of the staff set it, that is said in their own words among what happened.
    """
    yield para(scene, "why.level", level=level(scene, case))
    if case.type in DEFINED:
        definition = scene.book.level_definition(case.terms, case.level, scene.lang)
        yield para(scene, "why.meaning", definition=definition)
        if scene.staff:
            source = source_of(scene.book, case.terms, case.level)
            yield para(scene, "why.defined", source=source or scene.say("why.own_scale"))
    if case.evidence:
        yield para(scene, "why.because", words=_quoted(scene, case))
    if case.provisional:
        yield para(scene, "card.provisional")
    read = _read(facts)
    if scene.staff and read:
        yield para(
            scene,
            "why.read",
            intent=scene.say(f"word.intent.{read['intent']}"),
            sure=str(read["confidence"]),
            rules=Code(str(read["rules"])) if read["rules"] else scene.say("word.none"),
        )


def _read(facts: Sequence[Fact]) -> Data:
    """Return how the words that opened the case were understood; nothing where that was not recorded."""
    opening = next((fact.data for fact in facts if fact.kind is FactKind.OPENED), {})
    return opening if "intent" in opening else {}


def _quoted(scene: Scene, case: Case) -> str:
    return scene.say("word.comma").join(scene.say("word.quoted", words=words) for words in case.evidence)


def contract_has_team(case: Case) -> bool:
    """Return whether the contract itself promises that a team comes to an emergency (S1 annex 2 §4.2.4)."""
    return any(promise.target.starts is Starts.DISASTER_FROM_RECEIPT for promise in case.promises)


def type_of(scene: Scene, case: Case) -> str:
    """Return of which type a case is, and which kind of emergency or complaint; nothing for a plain fault."""
    if is_emergency(case):
        kind = scene.say(f"word.matter.{case.kind}") if case.kind else ""
        named = scene.say("word.mark.disaster")
        return scene.say("word.of_kind", type=named, kind=kind) if kind else named
    if case.type is CaseType.FAULT:
        return ""
    named = scene.say(f"word.type.{case.type}")
    if case.kind is None:
        return named
    return scene.say("word.of_kind", type=named, kind=scene.say(f"word.matter.{case.kind}"))
