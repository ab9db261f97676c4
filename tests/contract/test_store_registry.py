from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.inbound import Sent
from bot.core.people import CaseKey, ContractId, CustomerId, Place
from bot.ports import Binding, Exchange, Unit
from storage import SqlStore
from storage.mapping import EXCHANGE
from tests.contract.desk import START, Desk, statements
from tests.contract.values import ACME, ELSEWHERE, GROUP, LI, LOCAL, THREAD, WANG

MINUTE = timedelta(minutes=1)
BOUND = Binding(lane="local:g:acme", customer=ACME, contract=ContractId("acme-2026"))
SAID = Exchange(place=THREAD, person=WANG, said_at=START, text="数据库打不开", outcome="answered")


def test_a_conversation_is_tied_tied_again_and_untied(store: SqlStore) -> None:
    other = Binding(lane="local:g:other", customer=CustomerId("other"), contract=None)
    for binding in (BOUND, other):
        store.run(lambda unit, binding=binding: unit.registry.bind(binding, by=LI))  # type: ignore[misc] # no type on a default
    assert store.read(lambda unit: unit.registry.bindings()) == (BOUND, other)

    untied = replace(BOUND, customer=None, contract=None)
    store.run(lambda unit: unit.registry.bind(untied, by=WANG))

    assert store.read(lambda unit: unit.registry.bindings()) == (untied, other)


def test_ties_are_read_once_a_transaction_and_again_after_one_is_made(store: SqlStore) -> None:
    def work(unit: Unit) -> list[tuple[Binding, ...]]:
        before = [unit.registry.bindings() for _ in range(3)]
        unit.registry.bind(BOUND, by=LI)
        return [*before, unit.registry.bindings()]

    with statements(store) as asked:
        seen = store.run(work)

    assert seen == [(), (), (), (BOUND,)]
    assert len([each for each in asked if "FROM binding" in each]) == 2


def test_an_edition_is_kept_once_under_its_hash(store: SqlStore) -> None:
    def put(body: str) -> bool:
        return store.run(lambda unit: unit.registry.put_edition(kind="policy", edition="e1", body=body))

    assert [put("one"), put("two")] == [True, False]
    assert store.read(lambda unit: unit.registry.edition("e1")) == "one"
    assert store.read(lambda unit: unit.registry.edition("e2")) is None


def test_the_edition_put_last_is_the_latest_of_its_kind(desk: Desk) -> None:
    store = desk.store()
    assert store.read(lambda unit: unit.registry.latest("days")) is None
    for kind, edition in (("days", "b"), ("days", "a"), ("policy", "c")):
        desk.clock.advance(MINUTE)
        body = f"the text of {edition}"
        store.run(lambda unit: unit.registry.put_edition(kind=kind, edition=edition, body=body))  # noqa: B023 - run at once

    assert store.read(lambda unit: unit.registry.latest("days")) == "the text of a"


def test_a_duty_is_done_once_a_period(store: SqlStore) -> None:
    def claim(duty: str, period: str) -> bool:
        return store.run(lambda unit: unit.registry.claim_duty(duty, period))

    days = [claim("digest", "2026-11-20"), claim("digest", "2026-11-20"), claim("digest", "2026-11-21")]

    assert days == [True, False, True]
    assert claim("notices", "2026-11-20")


def test_a_duty_whose_work_failed_is_free_again(store: SqlStore) -> None:
    def fail(unit: Unit) -> None:
        assert unit.registry.claim_duty("digest", "today")
        raise KeyError

    with pytest.raises(KeyError):
        store.run(fail)

    assert store.run(lambda unit: unit.registry.claim_duty("digest", "today"))


def test_an_alarm_is_told_once_a_key_newest_first(desk: Desk) -> None:
    store = desk.store()
    store.run(lambda unit: unit.registry.alarm("a", text="first"))
    desk.clock.advance(MINUTE)
    store.run(lambda unit: unit.registry.alarm("b", text="second"))
    store.run(lambda unit: unit.registry.alarm("a", text="again"))

    assert store.read(lambda unit: unit.registry.alarms()) == (
        (START + MINUTE, "second"),
        (START, "first"),
    )


def test_the_latest_exchanges_of_a_person_in_a_conversation_are_remembered(store: SqlStore) -> None:
    later = replace(SAID, place=GROUP, said_at=START + MINUTE, outcome="joined")
    others = (
        replace(SAID, person=LI),
        replace(SAID, place=ELSEWHERE),
        replace(SAID, said_at=START - MINUTE),
    )
    for exchange in (SAID, later, *others):
        store.run(lambda unit, exchange=exchange: unit.exchanges.put(exchange))  # type: ignore[misc] # no type on a default

    assert store.read(lambda unit: unit.exchanges.latest(GROUP, WANG, since=START)) == (later, SAID)
    nowhere = Place(LOCAL, "g:nowhere")
    assert store.read(lambda unit: unit.exchanges.latest(nowhere, WANG, since=START)) == ()


def test_what_a_person_said_after_their_last_words_in_a_case_is_loose(store: SqlStore) -> None:
    words = [replace(SAID, place=GROUP, said_at=START + number * MINUTE) for number in range(4)]
    words[1] = replace(words[1], case=CaseKey("C-20261120-0001"))
    words[2] = replace(words[2], files=(Sent(ref="F1", name="a.png"),))
    for exchange in (*words, replace(words[1], person=LI, said_at=START + 9 * MINUTE)):
        store.run(lambda unit, exchange=exchange: unit.exchanges.put(exchange))  # type: ignore[misc] # no type on a default

    def loose(since: datetime) -> tuple[Exchange, ...]:
        return store.read(lambda unit: unit.exchanges.loose(GROUP, WANG, since=since))

    assert loose(START) == (words[3], words[2])
    assert loose(START + 3 * MINUTE) == (words[3],)


def test_when_a_duty_was_taken_on_last_and_alarms_from_then_on(desk: Desk, store: SqlStore) -> None:
    assert store.read(lambda unit: unit.registry.last_duty("clock")) is None
    for number in (1, 2):
        store.run(lambda unit, number=number: unit.registry.claim_duty("clock", str(number)))  # type: ignore[misc] # no type on a default
        store.run(lambda unit, number=number: unit.registry.alarm(str(number), text=f"alarm {number}"))  # type: ignore[misc] # no type on a default
        desk.clock.advance(MINUTE)

    assert store.read(lambda unit: unit.registry.last_duty("clock")) == START + MINUTE
    assert store.read(lambda unit: unit.registry.alarms(since=START + MINUTE)) == (
        (START + MINUTE, "alarm 2"),
    )
    assert len(store.read(lambda unit: unit.registry.alarms())) == 2


def test_everybodys_exchanges_of_a_time_come_in_their_order(store: SqlStore) -> None:
    at = [START + number * MINUTE for number in range(4)]
    said = [
        replace(SAID, person=(WANG, LI)[number % 2], place=(THREAD, ELSEWHERE)[number % 2], said_at=moment)
        for number, moment in enumerate(at)
    ]
    for exchange in reversed(said):
        store.run(lambda unit, exchange=exchange: unit.exchanges.put(exchange))  # type: ignore[misc] # no type on a default

    assert store.read(lambda unit: unit.exchanges.between(at[1], at[3])) == tuple(said[1:3])


def test_articles_an_exchange_is_about_are_remembered_and_those_of_before_have_none(store: SqlStore) -> None:
    about = replace(SAID, articles=("vpn-691", "vpn-809"))
    store.run(lambda unit: unit.exchanges.put(about))

    assert store.read(lambda unit: unit.exchanges.latest(THREAD, WANG, since=START)) == (about,)
    assert EXCHANGE.load(EXCHANGE.dump(SAID, without=frozenset({"articles"}))) == SAID
