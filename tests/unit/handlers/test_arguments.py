"""What a verb takes: parsing, in both languages, with what people really type."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import UserError
from bot.core.people import CustomerId, Level, PlatformName, Sender
from bot.core.verbs import Verb
from bot.handlers.arguments import Filters, Given, Setting
from bot.handlers.parser import pressed

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Friday 10:00 in Shanghai."""

EVE = Sender(PlatformName("slack"), "U7", "Eve Turner")
CUSTOMERS = {
    "bluebay": CustomerId("bluebay"),
    "bluebay logistics": CustomerId("bluebay"),
    "蓝湾物流": CustomerId("bluebay"),
}
STAFF = Setting(now=NOW, zone=ZONE, staff=True, customers=CUSTOMERS)
CUSTOMER = Setting(now=NOW, zone=ZONE, staff=False)


def shanghai(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def given(verb: Verb, words: str, setting: Setting = STAFF) -> Given:
    return pressed(verb, words, setting).given


def refused(verb: Verb, words: str, setting: Setting = STAFF) -> str:
    with pytest.raises(UserError) as caught:
        given(verb, words, setting)
    return caught.value.key


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("1", Level.CRITICAL),
        ("一级", Level.CRITICAL),
        ("p1", Level.CRITICAL),
        ("紧急", Level.CRITICAL),
        ("2级", Level.SEVERE),
        ("P2", Level.SEVERE),
        ("３", Level.MINOR),
        ("P4", Level.USAGE),
        ("五级", Level.REQUEST),
    ],
)
def test_a_level_in_every_spelling(words: str, level: Level) -> None:
    assert given(Verb.LEVEL, words).level is level
    assert given(Verb.LEVEL, f"{words}：只影响一人").text == "只影响一人"


@pytest.mark.parametrize("words", ["6", "0", "P5", "12", "六级"])
def test_what_is_no_level(words: str) -> None:
    assert refused(Verb.LEVEL, words) == "argument_unreadable"


@pytest.mark.parametrize(
    ("words", "stars"), [("5", 5), ("4 星", 4), ("３分", 3), ("5很好", 5), ("2 stars", 2)]
)
def test_stars(words: str, stars: int) -> None:
    assert given(Verb.RATE, words, CUSTOMER).number == stars


@pytest.mark.parametrize("words", ["0", "6", "10", "4.5", "good"])
def test_what_is_no_star(words: str) -> None:
    assert refused(Verb.RATE, words, CUSTOMER) == "argument_unreadable"


@pytest.mark.parametrize(
    ("verb", "words", "choice"),
    [
        (Verb.WAIT, "customer", "customer"),
        (Verb.WAIT, "客户", "customer"),
        (Verb.WAIT, "VENDOR", "vendor"),
        (Verb.WAIT, "等备件", "parts"),
        (Verb.ONSITE, "到场", "arrive"),
        (Verb.LIST, "超时", "overdue"),
        (Verb.LIST, "", ""),
        (Verb.KB, "helped vpn-1", "helped"),
    ],
)
def test_a_choice_in_both_languages(verb: Verb, words: str, choice: str) -> None:
    assert given(verb, words).choice == choice


def test_missing_unreadable_and_surplus_are_told_apart() -> None:
    assert refused(Verb.WAIT, "") == "argument_missing"
    assert refused(Verb.WAIT, "godot") == "argument_unreadable"
    assert refused(Verb.WAIT, "vendor soon") == "argument_surplus"
    assert refused(Verb.ACK, "now") == "argument_surplus"


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("until 2026-11-25 10:00", shanghai(25, 10)),
        ("until 15:30", shanghai(20, 15, 30)),
        ("until 09:00", shanghai(21, 9)),
        ("到明天10:00", shanghai(21, 10)),
        ("直到 后天 10点半", shanghai(22, 10, 30)),
        ("到 11月25日", shanghai(25, 9)),
        ("until tomorrow", shanghai(21, 9)),
        ("until Monday 14:00", shanghai(23, 14)),
        ("至周一 14：00", shanghai(23, 14)),
        ("until 1-5 08:00", shanghai(5, 8, month=1, year=2027)),
        ("2026-11-25", shanghai(25, 9)),
    ],
)
def test_until_when_somebody_waits(words: str, until: datetime) -> None:
    read = given(Verb.WAIT, f"customer {words}")

    assert (read.choice, read.until) == ("customer", until)


@pytest.mark.parametrize("words", ["until 2026-02-30 10:00", "until 25:00", "until 13-45"])
def test_a_time_that_is_none_is_told(words: str) -> None:
    assert refused(Verb.WAIT, f"customer {words}") == "argument_surplus"


@pytest.mark.parametrize(
    ("words", "at", "text"),
    [
        ("told them at 09:40", shanghai(20, 9, 40), "told them"),
        ("已告知 于 09:40", shanghai(20, 9, 40), "已告知"),
        ("已告知，在昨天 17:05", shanghai(19, 17, 5), "已告知"),
        ("told them at 23:50", shanghai(19, 23, 50), "told them"),
        ("the lamp at 3 is red", None, "the lamp at 3 is red"),
        ("等通知", None, "等通知"),
    ],
)
def test_when_a_call_was_made(words: str, at: datetime | None, text: str) -> None:
    read = given(Verb.CALL, words)

    assert (read.at, read.text) == (at, text)


def test_a_call_is_not_made_in_the_future() -> None:
    assert refused(Verb.CALL, "engineer arrives at 15:00") == "at_is_to_come"


def test_a_clock_time_of_a_moment_ago_is_yesterdays_just_after_midnight() -> None:
    after_midnight = Setting(now=shanghai(20, 0, 10), zone=ZONE, staff=True)

    assert given(Verb.CALL, "told them at 23:50", after_midnight).at == shanghai(19, 23, 50)


@pytest.mark.parametrize("name", ["bluebay", "Bluebay Logistics", "蓝湾物流"])
def test_a_report_for_a_customer_on_the_phone(name: str) -> None:
    read = given(Verb.NEW, f"for {name} portal is down\nsince nine at 09:10")

    assert (read.customer, read.choice) == ("bluebay", "for")
    assert (read.text, read.at) == ("portal is down\nsince nine", shanghai(20, 9, 10))


def test_a_customer_reports_for_nobody_else_and_at_no_other_time() -> None:
    read = given(Verb.NEW, "for bluebay portal is down at 09:10", CUSTOMER)

    assert read == Given(text="for bluebay portal is down at 09:10")


def test_for_is_a_word_like_any_other_where_no_customer_follows() -> None:
    assert given(Verb.NEW, "for two days no mail").text == "for two days no mail"


@pytest.mark.parametrize("words", ["@Eve Turner", "<@U7>", "<@U7|eve>", "@eve.turner", "Eve Turner"])
def test_a_mentioned_person_in_every_platforms_spelling(words: str) -> None:
    read = given(Verb.ASSIGN, words, Setting(now=NOW, zone=ZONE, staff=True, mentions=(EVE,)))

    assert read.mention == EVE


@pytest.mark.parametrize(
    ("words", "person"),
    [
        ("Eve Turner", "Eve Turner"),
        ("@lin-xiaobei", "lin-xiaobei"),
        ("林小北", "林小北"),
        ("<@U7|eve>", "U7"),
    ],
)
def test_a_person_by_name(words: str, person: str) -> None:
    assert given(Verb.ASSIGN, words).person == person


def test_more_words_after_a_mention_are_too_much() -> None:
    mentioning = Setting(now=NOW, zone=ZONE, staff=True, mentions=(EVE,))

    with pytest.raises(UserError, match="argument_surplus"):
        given(Verb.ASSIGN, "@Eve Turner she knows", mentioning)


def test_a_search_is_narrowed_by_filters_anywhere_among_the_words() -> None:
    read = given(Verb.FIND, "vendor:Cisco switch 类型：故障 from:2026-11-01 to:11-15 down")

    assert read.text == "switch down"
    assert read.filters == Filters(
        vendor="Cisco", type="故障", opened_from=shanghai(1, 0), opened_to=shanghai(16, 0)
    )


def test_a_search_from_no_day_is_told() -> None:
    assert refused(Verb.FIND, "mail from:soon") == "day_unreadable"


def test_free_words_stay_as_typed() -> None:
    words = "第一行：ＡＢＣ，１２３。\n  second line – “quoted”"

    assert given(Verb.ADD, words).text == words
