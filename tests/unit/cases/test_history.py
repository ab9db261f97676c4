"""What is news of a case, and which alerts reached nobody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

from bot.cases.facts import Fact, FactKind, Recorded
from bot.cases.history import between, news, since, unreached
from bot.cases.model import SYSTEM
from tests.contract.values import a_case
from tests.unit.jobs.bench import START

CASE = replace(a_case(at=START), version=3)
MINUTE = timedelta(minutes=1)


def recorded(*kinds: FactKind, to: str = "li", channel: str = "mail") -> tuple[Recorded, ...]:
    """Return facts a minute apart."""
    return tuple(_recorded(count(1), kinds, {"to": to, "channel": channel}))


def _recorded(seq: Iterator[int], kinds: tuple[FactKind, ...], data: dict[str, str]) -> Iterator[Recorded]:
    for number, kind in zip(seq, kinds, strict=False):
        at = START + number * MINUTE
        fact = Fact(kind=kind, at=at, said_at=at, actor=SYSTEM, data=data)
        yield Recorded(fact=fact, seq=number, previous="", hash="")


OPENED, TAKEN, REPLIED = FactKind.OPENED, FactKind.TAKEN, FactKind.REPLIED
DELIVERED, LOST, LATE = FactKind.ALERT_DELIVERED, FactKind.ALERT_UNDELIVERED, FactKind.ALERT_LATE


def kinds(facts: tuple[Recorded, ...]) -> list[FactKind]:
    return [each.fact.kind for each in facts]


def test_what_became_of_alerts_makes_no_version_and_hides_none() -> None:
    facts = recorded(OPENED, DELIVERED, TAKEN, DELIVERED, REPLIED, DELIVERED, DELIVERED)

    assert kinds(since(CASE, 1, facts)) == [TAKEN, REPLIED]
    assert kinds(since(CASE, 2, facts)) == [REPLIED]
    assert kinds(between(CASE, 1, 2, facts)) == [TAKEN]
    assert [fact.kind for fact in news(facts)] == [OPENED, TAKEN, REPLIED]


def test_an_alert_that_is_lost_is_a_version_of_its_own() -> None:
    assert kinds(since(CASE, 1, recorded(OPENED, DELIVERED, TAKEN, LOST))) == [TAKEN, LOST]


def test_somebody_is_unreached_until_an_alert_arrives_or_another_round_begins() -> None:
    assert len(unreached(recorded(OPENED, DELIVERED, LOST))) == 1
    assert unreached(recorded(OPENED, LOST, LATE)) == ()
    assert unreached(recorded(OPENED, LOST, DELIVERED)) == ()
    assert unreached(recorded(OPENED, LOST, FactKind.REOPENED)) == ()
