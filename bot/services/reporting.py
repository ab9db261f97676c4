"""A person's words become a case: at once by the verb, by a request for a person, or by what they say."""

from datetime import datetime, timedelta
from itertools import takewhile

from bot.cases.facts import Data
from bot.cases.model import Case, CaseType, Reporter
from bot.core.matters import Complaint
from bot.core.people import CaseKey, ContractId, CustomerId, Language, Level, Place
from bot.ports import Exchange
from bot.services.before import attach
from bot.services.cases import Opening, open_case
from bot.services.files import enclosed
from bot.services.heeding import heed
from bot.services.turn import Turn
from bot.triage.reading import Intent, Likeliest, Reading

EXCHANGE_WINDOW = timedelta(hours=24)
"""How far back “a person, please” looks for the question it is about."""

UNSETTLED = ("answered", "offered", "unknown", "read", "unhelped")
"""Outcomes of an exchange that a request for a person refers to."""

CASE_TYPES = {
    Intent.HOW_TO: CaseType.HOW_TO,
    Intent.FEATURE_REQUEST: CaseType.FEATURE_REQUEST,
    Intent.COMPLAINT: CaseType.COMPLAINT,
}
DEFAULT_LEVELS = {CaseType.FEATURE_REQUEST: Level.REQUEST}


def report(
    turn: Turn,
    text: str,
    *,
    customer: CustomerId | None = None,
    received_at: datetime | None = None,
    linked: CaseKey | None = None,
    reading: Reading | None = None,
) -> Case:
    """Open a case for words, whatever they are; an unclear impact counts as the worse, and is asked about.

    `customer` is whom a member of staff reports for, `received_at` when the report really came in, `reading`
    how the words were understood if somebody has read them already.
    """
    reading = reading or turn.desk.triage.understand(text)
    kind = CASE_TYPES.get(reading.intent, CaseType.FAULT)
    asked = reading.ask if kind is CaseType.FAULT else None
    place, language = _home(turn, customer)
    case = open_case(
        turn.unit,
        turn.desk,
        Opening(
            reporter=_on_behalf(turn) if customer else reporter_of(turn),
            place=place,
            language=language,
            customer=customer or turn.where.customer,
            contract=_contract(turn, customer),
            type=kind,
            level=_level(reading, kind),
            text=text,
            received_at=received_at or turn.origin.said_at,
            by=turn.actor.person,
            provisional=asked is not None,
            evidence=tuple(dict.fromkeys(each.words for each in reading.evidence)),
            asked=asked or "",
            read=recorded(reading),
            kind=reading.kind if isinstance(reading.kind, Complaint) else None,
            linked=linked,
            enclosed=enclosed(turn),
        ),
    )
    remember(turn, text, "opened", case.key)
    return heed(turn, case, reading)


def human(turn: Turn, text: str) -> Case:
    """Open a case for a person instead of the bot; it counts from the first message of the exchange.

    What became a case, or was settled, ends an exchange.
    """
    since = turn.origin.said_at - EXCHANGE_WINDOW
    latest = turn.unit.exchanges.latest(turn.origin.place, turn.actor.person, since=since)
    earlier = list(takewhile(lambda each: each.outcome in UNSETTLED, latest))
    words = text or next((each.text for each in earlier if each.text), "…")
    case = report(turn, words, received_at=earlier[-1].said_at if earlier else None)
    attach(turn, case, reversed(earlier))
    return case


def remember(turn: Turn, text: str, outcome: str, case: CaseKey | None) -> None:
    """Remember this person's words here, and the case they went into; files that went into none wait."""
    turn.unit.exchanges.put(
        Exchange(
            place=turn.answer_place,
            person=turn.actor.person,
            said_at=turn.origin.said_at,
            text=text,
            outcome=outcome,
            case=case,
            message=turn.origin.message or "",
            files=() if case else turn.files,
        )
    )


def reporter_of(turn: Turn) -> Reporter:
    """Return the speaker as a reporter, with the call-back data the directory has."""
    actor = turn.actor
    known = turn.desk.directory_of(turn.unit).person(actor.person)
    return Reporter(
        person=actor.person,
        name=actor.name,
        sender=actor.sender,
        phone=(known.phone or "") if known else "",
        email=(known.email or "") if known else "",
        address=(known.address or "") if known else "",
        language=actor.language,
    )


def recorded(reading: Reading) -> Data:
    """Return how words were understood, as facts keep it: what was likeliest, how sure, by which rules."""
    likeliest = reading.likeliest or Likeliest(reading.intent, reading.level)
    return {
        "intent": likeliest.intent,
        "likeliest": None if likeliest.level is None else int(likeliest.level),
        "confidence": round(100 * reading.confidence),
        "rules": " ".join(dict.fromkeys(each.rule.partition(":")[0] for each in reading.evidence)),
        "by_clause": reading.clause,
    }


def _level(reading: Reading, kind: CaseType) -> Level:
    return reading.level or DEFAULT_LEVELS.get(kind, Level.USAGE)


def _on_behalf(turn: Turn) -> Reporter:
    """Return staff as the reporter for somebody on the phone: how to call back is not known yet."""
    actor = turn.actor
    return Reporter(person=actor.person, name=actor.name, language=actor.language)


def _home(turn: Turn, customer: CustomerId | None) -> tuple[Place, Language]:
    """Return where the case lives and its language: here, or in the group of whom staff report for."""
    if customer is None:
        return turn.answer_place, turn.actor.language
    if customer == turn.where.customer:
        return turn.answer_place, turn.where.language
    groups = (group for group in turn.desk.directory_of(turn.unit).groups if group.customer == customer)
    homes = (
        (place, group.language)
        for group in groups
        for place in group.all_places()
        if turn.desk.reaches(place)
    )
    return next(homes, (turn.answer_place, turn.actor.language))


def _contract(turn: Turn, customer: CustomerId | None) -> ContractId | None:
    if customer is None:
        return turn.where.contract
    found = turn.desk.directory_of(turn.unit).contract_for(customer, turn.unit.now)
    return found.id if found else None
