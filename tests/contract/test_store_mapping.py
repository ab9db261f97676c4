"""Whatever can be said comes back as it was stored."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cases.model import (
    Case,
    CaseType,
    Closure,
    Cover,
    Fact,
    FactKind,
    Part,
    Reporter,
    Status,
    Treatment,
    Unseen,
    Visit,
    WaitingFor,
    Words,
)
from bot.core.clock import FixedClock
from bot.core.message import (
    Bold,
    Bullets,
    Button,
    Buttons,
    Code,
    Field,
    Fields,
    Link,
    Mention,
    Message,
    Paragraph,
    Quote,
    Style,
    Tone,
)
from bot.core.people import CaseId, CaseKey, Language, Level, Place, Role, Sender
from bot.ports import Exchange, Guard, Saying, SentRef
from bot.sla.allowance import Allowance, Unit
from bot.sla.milestones import Met, Paused, Pending, Running
from bot.sla.policy import Basis, Milestone, Starts, Target, Terms
from bot.sla.rules import ClockEvent
from storage import SqlStore
from storage.mapping import EXCHANGE, MESSAGE, PLACE, SAYING, SENT_REF, case_of, case_row
from tests.contract.desk import START, problems
from tests.contract.values import a_case

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

words = st.text(max_size=20)
maybe_words = st.none() | words
numbers = st.integers(min_value=0, max_value=99)
instants = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)
spans = st.timedeltas(timedelta(0), timedelta(days=999))
zones = st.sampled_from(("Asia/Shanghai", "America/New_York", "UTC")).map(ZoneInfo)
keys = numbers.map(lambda number: CaseKey(f"C-20261120-{number:04}"))
senders = st.builds(Sender, words, words, words)
places = st.builds(Place, words, words, maybe_words)

lines = st.lists(
    words
    | st.builds(Bold, words)
    | st.builds(Code, words)
    | st.builds(Mention, senders)
    | st.builds(Link, words, words),
    max_size=3,
).map(tuple)
buttons = st.builds(
    Button, words, words, st.none() | keys, words, st.none() | numbers, st.sampled_from(Style)
)
blocks = (
    st.builds(Paragraph, lines)
    | st.builds(Quote, words)
    | st.builds(Fields, st.lists(st.builds(Field, words, lines), max_size=2).map(tuple))
    | st.builds(Bullets, st.lists(lines, max_size=2).map(tuple))
    | st.builds(Buttons, st.lists(buttons, max_size=2).map(tuple))
)
messages = st.builds(Message, lines, st.lists(blocks, max_size=4).map(tuple), st.sampled_from(Tone))
sayings = st.builds(
    Saying,
    key=words,
    place=places,
    message=messages,
    case=st.none() | keys,
    not_before=st.none() | instants,
    expires_at=st.none() | instants,
    guard=st.none() | st.builds(Guard, case=keys, round=numbers, turn=numbers),
)
exchanges = st.builds(
    Exchange, place=places, person=words, said_at=instants, text=words, outcome=words, case=st.none() | keys
)

allowances = st.builds(Allowance, numbers.map(float) | st.just(0.5), st.sampled_from(Unit))
targets = st.builds(
    Target,
    scheme=words,
    milestone=st.sampled_from(Milestone),
    limit=allowances,
    shown=st.booleans(),
    min=st.none() | allowances,
    alarm=st.none() | allowances,
    soon=st.none() | allowances,
    basis=st.sampled_from(Basis),
    calendar=words,
    starts=st.sampled_from(Starts),
    clause=words,
)
promises = (
    st.builds(Pending, target=targets, received_at=instants, awaits_visit=st.booleans())
    | st.builds(Running, target=targets, start_at=instants, held=spans, due_at=instants)
    | st.builds(Paused, target=targets, start_at=instants, held=spans, paused_at=instants)
    | st.builds(Met, target=targets, start_at=instants, held=spans, due_at=instants, met_at=instants)
)
terms = st.builds(
    Terms,
    schemes=st.lists(words, max_size=2).map(tuple),
    calendar=words,
    zone=zones,
    site_allowance=spans,
    customer_wait_pauses_fix=st.booleans(),
    ladder=words,
    ladder_in_service_hours=st.booleans(),
    engineer_clock=words,
    engineer_clock_in_service_hours=st.booleans(),
    urgent_any_time=st.booleans(),
    vendor_wait_pauses_fix=st.booleans(),
    parts_wait_pauses_fix=st.booleans(),
    windows=words,
    warranty=words,
    warranty_until=st.none() | st.dates(),
    in_warranty=st.none() | st.booleans(),
    path=words,
)
cases = st.builds(
    Case,
    id=st.just(CaseId(0)),
    key=keys,
    version=numbers,
    status=st.sampled_from(Status),
    type=st.sampled_from(CaseType),
    customer=maybe_words,
    contract=maybe_words,
    terms=terms,
    edition=words,
    reporter=st.builds(
        Reporter,
        person=words,
        name=words,
        sender=st.none() | senders,
        phone=words,
        email=words,
        address=words,
        language=st.sampled_from(Language),
    ),
    place=places,
    language=st.sampled_from(Language),
    brief=words,
    opened_at=instants,
    level=st.sampled_from(Level),
    provisional=st.booleans(),
    evidence=st.lists(words, max_size=2).map(tuple),
    asked=words,
    vendor=words,
    product=words,
    owner=maybe_words,
    tried=st.lists(words, max_size=2).map(tuple),
    assigned_at=st.none() | instants,
    answered_at=st.none() | instants,
    promises=st.lists(promises, max_size=4).map(tuple),
    events=st.lists(st.tuples(st.sampled_from(ClockEvent), instants), max_size=2).map(tuple),
    fired=st.frozensets(words, max_size=3),
    waiting=st.none() | st.sampled_from(WaitingFor),
    waiting_until=st.none() | instants,
    visit=st.sampled_from(Visit),
    outgoing=st.lists(
        st.builds(Words, number=numbers, text=words, by=words, said_at=instants, send_at=instants), max_size=2
    ).map(tuple),
    closed_at=st.none() | instants,
    closure=st.none() | st.sampled_from(Closure),
    rating=st.none() | numbers,
    callback_owed=st.booleans(),
    cover=st.none() | st.sampled_from(Cover),
    path_step=numbers,
    vendor_asked_by=maybe_words,
    unseen=st.none() | st.builds(Unseen, role=st.sampled_from(Role), told_at=instants),
    parts=st.lists(
        st.builds(Part, name=words, treatment=st.sampled_from(Treatment), at=instants), max_size=2
    ).map(tuple),
    linked=st.none() | keys,
)
facts = st.builds(
    Fact,
    kind=st.sampled_from(FactKind),
    at=instants,
    said_at=instants,
    actor=words,
    data=st.dictionaries(words, words | st.integers() | st.booleans() | st.none(), max_size=3),
    text=words,
)


@given(message=messages)
@UNHURRIED
def test_messages(message: Message) -> None:
    assert MESSAGE.load(MESSAGE.dump(message)) == message


@given(saying=sayings)
@UNHURRIED
def test_sayings(saying: Saying) -> None:
    assert SAYING.load(SAYING.dump(saying)) == saying


@given(exchange=exchanges)
@UNHURRIED
def test_exchanges(exchange: Exchange) -> None:
    assert EXCHANGE.load(EXCHANGE.dump(exchange)) == exchange


@given(place=places, ref=words)
@UNHURRIED
def test_places_and_references(place: Place, ref: str) -> None:
    assert PLACE.load(PLACE.dump(place)) == place
    assert SENT_REF.load(SENT_REF.dump(SentRef(place=place, ref=ref))) == SentRef(place=place, ref=ref)


@given(case=cases)
@settings(UNHURRIED, max_examples=50)
def test_cases(case: Case) -> None:
    store = SqlStore("sqlite://", clock=FixedClock(START), demo=False)

    stored = store.run(lambda unit: unit.cases.add(case, wake_at=None))

    assert stored == replace(case, id=stored.id)
    assert store.read(lambda unit: unit.cases.get(case.key)) == stored
    store.close()


LATER_FIELDS = frozenset({"cover", "parts", "callback_owed", "path_step", "vendor_asked_by", "unseen"})
LATER_TERMS = frozenset(
    {
        "vendor_wait_pauses_fix",
        "parts_wait_pauses_fix",
        "windows",
        "warranty",
        "warranty_until",
        "in_warranty",
        "path",
    }
)


def test_a_case_stored_before_warranties_and_windows_is_read_as_one_without() -> None:
    case = a_case(at=START)
    body = json.loads(str(case_row(case)["body"]))
    early = {name: value for name, value in body.items() if name not in LATER_FIELDS}
    early["terms"] = {name: value for name, value in body["terms"].items() if name not in LATER_TERMS}
    assert early != body

    read = case_of(json.dumps(early), id=case.id, version=case.version, promises=case.promises)

    assert read == case


@given(history=st.lists(facts, min_size=1, max_size=4).map(tuple))
@settings(UNHURRIED, max_examples=50)
def test_facts(history: tuple[Fact, ...]) -> None:
    store = SqlStore("sqlite://", clock=FixedClock(START), demo=False)
    case = store.run(lambda unit: unit.cases.add(a_case(at=START), wake_at=None))

    recorded = store.run(lambda unit: unit.facts.append(case.id, case.key, history))

    assert store.read(lambda unit: unit.facts.of(case.id)) == recorded
    assert [one.fact for one in recorded] == list(history)
    assert problems(store) == []
    store.close()
