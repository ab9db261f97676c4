from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.facts import FactKind
from bot.cases.model import Case, Status
from bot.core.inbound import Sent
from bot.core.message import Attachment, Message
from bot.core.people import CaseKey, PersonId, Place, PlatformName, Sender
from bot.ports import (
    MAIL,
    Binding,
    Box,
    ChatLine,
    Exchange,
    FileState,
    GivenUp,
    Saying,
    SentRef,
    Showing,
    Somebody,
    Traces,
    Unit,
)
from storage import SqlStore
from storage.outbox import LEASE
from tests.contract.desk import START, Desk, ask, problems
from tests.contract.values import GROUP, LI, LOCAL, WANG, a_case, a_fact, a_saying

MONTH = timedelta(days=30)
SLACK = PlatformName("slack")
KEY = CaseKey("C-20261120-0001")
WANG_EVERYWHERE = Somebody(
    persons=frozenset({WANG, PersonId("slack:U17")}),
    users=frozenset({(LOCAL, "wang"), (SLACK, "U17")}),
    names=frozenset({"王小明"}),
    emails=frozenset({"wang@example.com"}),
)


def receive(store: SqlStore, event_id: str, payload: str, *, platform: PlatformName = LOCAL) -> int:
    """Store an event and return its row."""
    store.run(
        lambda unit: unit.inbox.put(platform=platform, event_id=event_id, lane=event_id, payload=payload)
    )
    row = ask(store, f"SELECT id FROM inbox WHERE event_id = '{event_id}'")
    assert isinstance(row, int)
    return row


def handle(store: SqlStore, event_id: str, payload: str, *, platform: PlatformName = LOCAL) -> None:
    row = receive(store, event_id, payload, platform=platform)
    store.run(lambda unit: unit.inbox.done(row))


def say(store: SqlStore, saying: Saying) -> None:
    store.run(lambda unit: unit.outbox.say(saying))


def send_everything(store: SqlStore) -> None:
    def work(unit: Unit) -> int:
        claimed = unit.outbox.claim_sayings(owner="me", limit=99)
        for each in claimed:
            unit.outbox.sent(each, SentRef(place=each.saying.place, ref="1"))
        return len(claimed)

    while store.run(work):
        pass


def give_up(store: SqlStore, reason: str = "refused") -> None:
    def work(unit: Unit) -> None:
        for saying in unit.outbox.claim_sayings(owner="me", limit=99):
            unit.outbox.dead(saying, reason=reason)
        for card in unit.outbox.claim_showings(owner="me", limit=99):
            unit.outbox.dead(card, reason=reason)

    store.run(work)


def forget(desk: Desk, store: SqlStore, *, limit: int = 99) -> bool:
    before = desk.clock.now() - MONTH
    return store.run(lambda unit: unit.keeping.forget(before=before, limit=limit))


def blank(store: SqlStore, table: str, body: str) -> object:
    return ask(store, f"SELECT count(*) FROM {table} WHERE {body} = ''")


def given_up(store: SqlStore) -> tuple[GivenUp, ...]:
    return store.read(lambda unit: unit.outbox.given_up())


def test_what_was_settled_a_month_ago_is_blanked_and_its_keys_still_stop_duplicates(desk: Desk) -> None:
    store = desk.store()
    handle(store, "a", "words")
    say(store, a_saying("k"))
    send_everything(store)
    desk.clock.advance(MONTH)
    assert not forget(desk, store)
    assert (blank(store, "inbox", "payload"), blank(store, "outbox", "body")) == (0, 0)

    desk.clock.advance(timedelta(seconds=1))
    forget(desk, store)

    assert (blank(store, "inbox", "payload"), blank(store, "outbox", "body")) == (1, 1)
    assert not store.run(lambda unit: unit.inbox.put(platform=LOCAL, event_id="a", lane="a", payload="words"))
    say(store, a_saying("k"))
    assert store.read(lambda unit: unit.outbox.idle())
    assert store.read(lambda unit: unit.outbox.was_sent("k"))
    assert store.read(lambda unit: unit.outbox.said_on(LOCAL, limit=9)) == ()


def test_a_file_fetched_a_month_ago_is_deleted_with_its_name(desk: Desk) -> None:
    store = desk.store()
    fetched, wanted = (
        store.run(lambda unit, ref=ref: unit.files.want(SLACK, Sent(ref=ref, name=ref), case=KEY, by=WANG))  # type: ignore[misc] # no type on a default
        for ref in ("fetched", "wanted")
    )
    store.run(lambda unit: unit.files.fetched(fetched, mime="", data=b"1"))
    desk.clock.advance(MONTH + timedelta(seconds=1))
    assert not forget(desk, store)

    assert store.read(lambda unit: unit.files.state(fetched)) == (FileState.LOST, "file.forgotten")
    assert store.read(lambda unit: unit.files.state(wanted)) == (FileState.WANTED, "")
    assert blank(store, "file", "name") == 1
    assert ask(store, "SELECT count(*) FROM file_content") == 0
    again = Sent(ref="fetched", name="fetched")
    assert store.run(lambda unit: unit.files.want(SLACK, again, case=KEY, by=WANG)) == fetched
    assert blank(store, "file", "name") == 1


def test_a_file_that_is_not_fetched_yet_is_not_fetched_for_somebody_erased(store: SqlStore) -> None:
    store.run(lambda unit: unit.files.want(SLACK, Sent(ref="F1", name="王.png"), case=KEY, by=WANG))

    assert erase(store).files == 1

    assert store.run(lambda unit: unit.files.claim(owner="me", limit=9)) == ()
    assert erase(store).files == 0


def test_what_carried_a_file_of_somebody_erased_does_not_name_it_any_more(store: SqlStore) -> None:
    """The case is somebody else's, and the file's name is the only trace."""

    def carried(unit: Unit) -> None:
        sent = Sent(ref="F1", name="体检报告.png")
        file = unit.files.want(SLACK, sent, case=CaseKey("C-20261120-0002"), by=WANG)
        unit.files.fetched(file, mime="", data=b"1")
        unit.outbox.say(replace(a_saying("file"), message=Message(blocks=(Attachment(file, sent.name),))))

    store.run(carried)
    send_everything(store)

    assert erase(store).messages == 1
    assert "体检报告" not in everything(store)


def test_what_is_open_parked_or_given_up_is_kept(desk: Desk) -> None:
    store = desk.store()
    receive(store, "open", "words")
    parked = receive(store, "parked", "words")
    store.run(lambda unit: unit.inbox.park(parked))
    say(store, a_saying("dead"))
    give_up(store)
    say(store, a_saying("open"))
    desk.clock.advance(2 * MONTH)

    forget(desk, store)

    assert (blank(store, "inbox", "payload"), blank(store, "outbox", "body")) == (0, 0)


def test_forgetting_goes_in_batches_and_says_when_there_is_more(desk: Desk) -> None:
    store = desk.store()
    for number in range(3):
        handle(store, str(number), "words")
    desk.clock.advance(2 * MONTH)

    assert [forget(desk, store, limit=2), forget(desk, store, limit=2)] == [True, False]
    assert blank(store, "inbox", "payload") == 3


def test_old_exchanges_with_the_bot_go(desk: Desk) -> None:
    store = desk.store()
    said = Exchange(place=GROUP, person=WANG, said_at=START, text="数据库打不开", outcome="answered")
    store.run(lambda unit: unit.exchanges.put(said))
    desk.clock.advance(2 * MONTH)
    store.run(lambda unit: unit.exchanges.put(replace(said, said_at=desk.clock.now())))

    forget(desk, store)

    [left] = store.read(lambda unit: unit.exchanges.latest(GROUP, WANG, since=START))
    assert store.read(lambda unit: unit.exchanges.latest(GROUP, None, since=START)) == (left,)
    assert left.said_at == desk.clock.now()


def test_a_parked_row_tells_why_and_is_dropped_or_put_back_once(store: SqlStore) -> None:
    rows = [receive(store, event_id, "words") for event_id in ("a", "b")]
    for row in rows:
        store.run(lambda unit, row=row: unit.inbox.failed(row, reason="KeyError", retry_at=START))  # type: ignore[misc] # no type on a default
        store.run(lambda unit, row=row: unit.inbox.park(row))  # type: ignore[misc] # no type on a default

    assert [row.reason for row in store.read(lambda unit: unit.inbox.parked())] == ["KeyError"] * 2
    assert store.run(lambda unit: [unit.inbox.drop(rows[0]), unit.inbox.drop(rows[0])]) == [True, False]
    assert store.run(lambda unit: [unit.inbox.unpark(rows[1]), unit.inbox.unpark(rows[1])]) == [True, False]
    assert store.read(lambda unit: unit.inbox.parked()) == ()
    assert store.read(lambda unit: unit.inbox.waiting()) == 1


def test_what_was_given_up_is_listed_with_what_it_says(desk: Desk) -> None:
    store = desk.store()
    key = CaseKey("C-20261120-0001")
    saying = replace(a_saying("k"), case=key)
    say(store, saying)
    store.run(lambda unit: unit.outbox.show(Showing(case=key, place=GROUP, slot="card", version=1)))

    give_up(store, "no such channel")

    words, card = given_up(store)
    assert words == GivenUp(
        box=Box.SAYING,
        id=words.id,
        lane=GROUP.lane,
        case=key,
        attempts=1,
        at=START,
        reason="no such channel",
        message=saying.message,
    )
    assert card == replace(words, box=Box.CARD, id=card.id, message=None)
    assert (words.name, card.name) == (str(words.id), f"card-{card.id}")


def test_what_was_given_up_is_put_back_with_its_attempts(desk: Desk) -> None:
    store = desk.store()
    key = CaseKey("C-20261120-0001")
    say(store, a_saying("k"))
    store.run(lambda unit: unit.outbox.show(Showing(case=key, place=GROUP, slot="card", version=1)))
    give_up(store)

    rows = given_up(store)
    assert store.run(lambda unit: [unit.outbox.revive(row) for row in rows]) == [True, True]
    assert store.run(lambda unit: [unit.outbox.revive(row) for row in rows]) == [False, False]

    desk.clock.advance(LEASE)
    [words] = store.run(lambda unit: unit.outbox.claim_sayings(owner="me", limit=9))
    [card] = store.run(lambda unit: unit.outbox.claim_showings(owner="me", limit=9))
    assert (words.attempt, card.attempt) == (2, 2)


def test_what_was_given_up_is_dropped_for_good(store: SqlStore) -> None:
    say(store, a_saying("k"))
    give_up(store)
    [row] = given_up(store)

    assert store.run(lambda unit: [unit.outbox.bury(row), unit.outbox.bury(row)]) == [True, False]

    assert given_up(store) == ()
    assert store.read(lambda unit: unit.outbox.idle())


def test_a_duty_that_is_not_finished_is_given_back(store: SqlStore) -> None:
    store.run(lambda unit: unit.registry.claim_duty("retention", "today"))
    store.run(lambda unit: unit.registry.release_duty("retention", "today"))

    assert store.run(lambda unit: unit.registry.claim_duty("retention", "today"))


def test_a_rehearsal_leaves_nothing(store: SqlStore) -> None:
    def work(unit: Unit) -> str:
        unit.registry.alarm("a", text="b")
        return "done"

    assert store.rehearse(work) == "done"
    assert store.read(lambda unit: unit.registry.alarms()) == ()
    store.run(work)
    assert len(store.read(lambda unit: unit.registry.alarms())) == 1


@pytest.fixture
def case(store: SqlStore) -> Case:
    """A closed case of Wang's with words of Wang and of Li, and everything Wang left elsewhere."""
    reporter = replace(
        a_case(at=START).reporter,
        name="王小明",
        sender=Sender(LOCAL, "wang", "小明"),
        phone="13800000000",
        email="wang@example.com",
        address="中山路 1 号",
    )
    made = replace(
        a_case(at=START),
        reporter=reporter,
        status=Status.CLOSED,
        evidence=("启动",),
        product="库",
        solution="重启",
    )
    case = store.run(lambda unit: unit.cases.add(made, wake_at=None))
    by_li = replace(a_fact(at=START), actor=LI)
    facts = (
        replace(by_li, kind=FactKind.OPENED, text="电话报障：数据库打不开"),
        a_fact("我们的库", at=START),
        replace(by_li, kind=FactKind.FIELD_SET, text="13800000000"),
        replace(by_li, kind=FactKind.CALLED, text="王小明说好了"),
        replace(by_li, kind=FactKind.SOLVED, text="重启"),
    )
    store.run(lambda unit: unit.facts.append(case.id, case.key, facts))
    store.run(lambda unit: unit.outbox.show(Showing(case=case.key, place=GROUP, slot="card", version=1)))
    handle(store, "said", '{"by":{"user":"wang"},"text":"…"}')
    handle(store, "slack", '{"user":"U17"}', platform=SLACK)
    handle(store, "others", '{"by":{"user":"wanger"},"text":"…"}')
    waiting = receive(store, "parked", '{"by":{"user":"wang"}}')
    store.run(lambda unit: unit.inbox.park(waiting))
    for saying in (
        replace(a_saying("about"), case=case.key),
        a_saying("direct", place=Place(LOCAL, "dm:wang")),
        a_saying("mail", place=Place(MAIL, "wang@example.com")),
        a_saying("named 王小明"),
        a_saying("others"),
    ):
        say(store, saying)
    send_everything(store)
    store.run(leave_small_things)
    return case


def leave_small_things(unit: Unit) -> None:
    for author, conversation in (("wang", "g:acme"), ("casebell", "dm:wang"), ("li", "g:acme")):
        unit.chat.post(
            ChatLine(seq=0, change=0, conversation=conversation, thread=None, author=author,
                     said_at=START, text="words")
        )  # fmt: skip
    unit.chat.mark_read(WANG, "g:acme")
    unit.exchanges.put(Exchange(place=GROUP, person=WANG, said_at=START, text="words", outcome="answered"))
    unit.registry.bind(Binding(lane="local:g:acme", customer=None, contract=None), by=WANG)
    for number, (name, sender) in enumerate((("王小明.png", WANG), ("笔记.txt", LI))):
        sent = Sent(ref=f"F{number}", name=name)
        unit.files.fetched(unit.files.want(SLACK, sent, case=KEY, by=sender), mime="", data=b"1")
    unit.registry.alarm("unreachable:wang", text="wang has no direct conversation")


def erase(store: SqlStore, who: Somebody = WANG_EVERYWHERE) -> Traces:
    return store.run(lambda unit: unit.keeping.erase(who))


def everything(store: SqlStore) -> str:
    """Every word that is stored."""
    columns = (
        ("case_", "key || reporter || words || body"),
        ("fact", "actor || data || text_hash"),
        ("fact_text", "actor || text"),
        ("pseudonym", "person"),
        ("exchange", "person || body"),
        ("binding", '"by"'),
        ("alarm", "key || text"),
        ("chat_line", "author || text || coalesce(message, '')"),
        ("chat_read", "person"),
        ("file", "ref || name"),
        ("outbox", "body"),
        ("inbox WHERE state <> 'parked'", "payload"),
    )
    gathered = "group_concat" if "sqlite" in str(store._database.url) else "string_agg"
    return "\n".join(str(ask(store, f"SELECT {gathered}({text}, ' ') FROM {rows}")) for rows, text in columns)


def test_a_person_is_erased_everywhere_and_the_history_still_holds(store: SqlStore, case: Case) -> None:
    traces = erase(store)

    assert traces == Traces(
        texts=4, cases=1, live=(), pseudonyms=1, events=2, messages=4, lines=2, exchanges=1, files=2, left=1
    )
    assert problems(store) == []
    left = everything(store).replace("wanger", "")
    for trace in ("王小明", "小明", "13800000000", "wang@example.com", "中山路", "U17", "电话报障"):
        assert trace not in left
    assert [line for line in left.splitlines() if '"wang"' in line] == []


def test_other_peoples_words_and_pseudonyms_stay(store: SqlStore, case: Case) -> None:
    erase(store)

    history = store.read(lambda unit: unit.facts.of(case.id))
    assert [recorded.fact.text for recorded in history] == ["", "", "", "", "重启"]
    assert history[4].fact.actor == LI
    assert blank(store, "inbox", "payload") == 2
    assert blank(store, "chat_line", "text") == 2


def test_an_erased_case_is_a_new_version_and_its_cards_are_drawn_anew(store: SqlStore, case: Case) -> None:
    erase(store)

    after = store.read(lambda unit: unit.cases.get(case.key))
    assert after.version == case.version + 1
    assert (after.reporter.name, after.reporter.sender, after.brief, after.solution) == (
        "…",
        None,
        "…",
        "重启",
    )
    assert after.promises == case.promises
    assert after.reporter.person != WANG
    [card] = store.run(lambda unit: unit.outbox.claim_showings(owner="me", limit=9))
    assert card.showing.version == after.version


def test_staff_who_are_erased_lose_their_words_also_in_the_solution(store: SqlStore, case: Case) -> None:
    traces = erase(store, Somebody(persons=frozenset({LI}), users=frozenset({(LOCAL, "li")})))

    assert (traces.texts, traces.cases, traces.pseudonyms) == (4, 0, 1)
    after = store.read(lambda unit: unit.cases.get(case.key))
    assert (after.solution, after.reporter) == ("…", case.reporter)
    assert problems(store) == []


def test_erasing_is_recorded_without_a_name(store: SqlStore, case: Case) -> None:
    erase(store)

    assert [text for _, text in store.read(lambda unit: unit.registry.alarms())] == [
        "a person was erased: 4 words of facts, 1 cases"
    ]


def test_a_live_case_is_told(store: SqlStore) -> None:
    case = store.run(lambda unit: unit.cases.add(a_case(at=START), wake_at=START))

    assert erase(store).live == (case.key,)
    assert store.read(lambda unit: unit.cases.next_wake()) == START


@pytest.mark.parametrize("work", [erase, lambda store: store.rehearse(lambda unit: None)])
def test_somebody_who_left_no_traces_is_nobody(store: SqlStore, work: Callable[[SqlStore], object]) -> None:
    handle(store, "others", '{"by":{"user":"li"}}')
    work(store)

    assert blank(store, "inbox", "payload") == 0
