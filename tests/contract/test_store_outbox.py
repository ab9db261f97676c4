from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.inbound import Sent
from bot.core.message import Attachment, Message
from bot.core.people import CaseKey, Place, PlatformName
from bot.ports import MAIL, ClaimedSaying, ClaimedShowing, FileState, Guard, Saying, SentRef, Showing, Unit
from storage import SqlStore
from storage.outbox import FILE_LEASE
from tests.contract.desk import START, Desk, ask
from tests.contract.values import ELSEWHERE, GROUP, LOCAL, THREAD, WANG, a_case, a_saying

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)
KEY = CaseKey("C-20261120-0001")
REF = SentRef(place=GROUP, ref="42")
CARD = Showing(case=KEY, place=GROUP, slot="card", version=1)


def say(store: SqlStore, *sayings: Saying) -> None:
    for saying in sayings:
        store.run(lambda unit, saying=saying: unit.outbox.say(saying))  # type: ignore[misc] # no type on a default


def claim(store: SqlStore, *, limit: int = 9) -> tuple[ClaimedSaying, ...]:
    return store.run(lambda unit: unit.outbox.claim_sayings(owner="me", limit=limit))


def claimed(store: SqlStore) -> list[str]:
    return [claim.saying.key for claim in claim(store)]


def deliver(store: SqlStore) -> list[str]:
    """Send everything that may leave now and return its keys in order."""
    keys = []
    while batch := claim(store):
        for one in batch:
            store.run(lambda unit, one=one: unit.outbox.sent(one, REF))  # type: ignore[misc] # no type on a default
            keys.append(one.saying.key)
    return keys


def show(store: SqlStore, showing: Showing) -> None:
    store.run(lambda unit: unit.outbox.show(showing))


def claim_cards(store: SqlStore) -> tuple[ClaimedShowing, ...]:
    return store.run(lambda unit: unit.outbox.claim_showings(owner="me", limit=9))


def shown(store: SqlStore, card: ClaimedShowing, *, version: int, ref: SentRef = REF) -> None:
    store.run(lambda unit: unit.outbox.shown(card, ref=ref, version=version))


def idle(store: SqlStore) -> bool:
    return store.read(lambda unit: unit.outbox.idle())


def test_a_saying_is_claimed_as_it_was_said(store: SqlStore) -> None:
    saying = replace(
        a_saying("k", place=THREAD),
        case=KEY,
        not_before=START,
        expires_at=START + SECOND,
        guard=Guard(case=KEY, round=1, turn=2),
    )
    say(store, saying)

    (one,) = claim(store)

    assert (one.saying, one.attempt, one.lease_until) == (saying, 1, START + LEASE)


def test_a_key_said_twice_is_sent_once(store: SqlStore) -> None:
    say(store, a_saying("k"), a_saying("k", place=ELSEWHERE))

    assert deliver(store) == ["k"]
    say(store, a_saying("k"))
    assert deliver(store) == []


def test_a_conversation_keeps_its_order_and_others_run_beside_it(store: SqlStore) -> None:
    say(store, a_saying("1"), a_saying("2", place=THREAD), a_saying("3", place=ELSEWHERE), a_saying("4"))

    assert claimed(store) == ["1", "3"]
    assert claimed(store) == []


def test_no_more_is_claimed_than_asked_for(store: SqlStore) -> None:
    say(store, a_saying("1"), a_saying("2", place=ELSEWHERE))

    assert [len(claim(store, limit=1)), len(claim(store, limit=1)), len(claim(store, limit=1))] == [1, 1, 0]


def test_everything_said_is_delivered_in_order(store: SqlStore) -> None:
    say(store, *(a_saying(str(number)) for number in range(5)))

    assert deliver(store) == ["0", "1", "2", "3", "4"]
    assert store.read(lambda unit: unit.outbox.was_sent("4"))


def test_what_was_said_on_a_platform_is_listed_newest_first(desk: Desk) -> None:
    store = desk.store()
    mail = Place(MAIL, "wang@example.com")
    sayings = [a_saying(str(number), place=mail) for number in range(3)]
    say(store, *sayings, a_saying("chat"))
    deliver(store)
    say(store, a_saying("not sent yet", place=mail))

    listed = store.read(lambda unit: unit.outbox.said_on(MAIL, limit=2))

    assert listed == ((START, sayings[2]), (START, sayings[1]))


def test_the_only_server_takes_over_at_once_what_a_dead_one_leased(store: SqlStore) -> None:
    say(store, a_saying("a"))
    show(store, CARD)
    assert claim(store)
    assert claim_cards(store)

    store.run(lambda unit: unit.outbox.release())

    assert [each.attempt for each in claim(store)] == [2]
    assert [each.attempt for each in claim_cards(store)] == [2]


def test_a_lease_that_ran_out_is_given_again_and_the_attempt_counted(desk: Desk) -> None:
    store = desk.store()
    say(store, a_saying("1"))
    claim(store)

    desk.clock.advance(LEASE - SECOND)
    assert claim(store) == ()
    desk.clock.advance(SECOND)
    (again,) = claim(store)

    assert (again.attempt, again.lease_until) == (2, START + 2 * LEASE)


def test_what_a_former_holder_reports_is_ignored(desk: Desk) -> None:
    store = desk.store()
    say(store, a_saying("1"))
    (former,) = claim(store)
    desk.clock.advance(LEASE)
    (holder,) = claim(store)

    store.run(lambda unit: unit.outbox.sent(former, REF))
    store.run(lambda unit: unit.outbox.dead(former, reason="late"))
    store.run(lambda unit: unit.outbox.dropped(former))
    store.run(lambda unit: unit.outbox.later(former, at=START, reason="late"))
    assert claim(store) == ()
    assert not store.read(lambda unit: unit.outbox.was_sent("1"))

    store.run(lambda unit: unit.outbox.sent(holder, REF))
    assert store.read(lambda unit: unit.outbox.was_sent("1"))


def test_a_late_report_counts_while_nobody_else_has_the_row(desk: Desk) -> None:
    store = desk.store()
    say(store, a_saying("1"))
    (mine,) = claim(store)
    desk.clock.advance(2 * LEASE)

    store.run(lambda unit: unit.outbox.sent(mine, REF))

    assert store.read(lambda unit: unit.outbox.was_sent("1"))
    assert claim(store) == ()


def test_a_head_that_waits_for_another_try_holds_up_only_its_conversation(desk: Desk) -> None:
    store = desk.store()
    say(store, a_saying("1"), a_saying("2"), a_saying("3", place=ELSEWHERE))
    head = claim(store)[0]
    store.run(lambda unit: unit.outbox.later(head, at=START + 5 * SECOND, reason="limited"))
    say(store, a_saying("4", place=Place(LOCAL, "dm:wang")))

    assert claimed(store) == ["4"]
    desk.clock.advance(5 * SECOND)
    (again,) = claim(store)
    assert (again.saying.key, again.attempt) == ("1", 2)


def test_a_dead_or_dropped_head_lets_its_conversation_go_on(store: SqlStore) -> None:
    say(store, a_saying("1"), a_saying("2"), a_saying("3"))
    (first,) = claim(store)
    store.run(lambda unit: unit.outbox.dead(first, reason="no such channel"))
    (second,) = claim(store)
    store.run(lambda unit: unit.outbox.dropped(second))

    assert deliver(store) == ["3"]
    assert not store.read(lambda unit: unit.outbox.was_sent("1"))
    assert not store.read(lambda unit: unit.outbox.was_sent("2"))


def test_words_for_later_wait_without_holding_up_their_conversation(desk: Desk) -> None:
    store = desk.store()
    tomorrow = START + timedelta(days=1)
    say(store, replace(a_saying("tomorrow"), not_before=tomorrow), a_saying("now"))

    assert store.read(lambda unit: unit.outbox.next_due()) == START
    assert deliver(store) == ["now"]
    assert idle(store)
    assert store.read(lambda unit: unit.outbox.next_due()) == tomorrow

    desk.clock.set(tomorrow)
    assert not idle(store)
    say(store, a_saying("then"))
    assert deliver(store) == ["tomorrow", "then"]
    assert store.read(lambda unit: unit.outbox.next_due()) is None


def test_a_saying_of_a_newer_program_is_left_to_it_and_keeps_its_place(store: SqlStore) -> None:
    say(store, a_saying("1"), a_saying("2"), a_saying("3", place=ELSEWHERE))
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE outbox SET v = 3 WHERE key = '1'")

    assert deliver(store) == ["3"]


def test_words_that_cannot_be_read_are_given_up_and_hold_up_nobody(store: SqlStore) -> None:
    say(store, a_saying("1"), a_saying("2"), a_saying("3", place=ELSEWHERE))
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE outbox SET body = '{}' WHERE key = '1'")

    assert deliver(store) == ["3", "2"]
    [given_up] = store.read(lambda unit: unit.outbox.given_up())
    assert given_up.message is None
    assert given_up.reason.startswith("a stored Saying cannot be read")


def test_the_outbox_is_idle_only_when_all_is_said_and_shown(store: SqlStore) -> None:
    assert idle(store)
    say(store, a_saying("1"))
    (one,) = claim(store)
    assert not idle(store)
    store.run(lambda unit: unit.outbox.sent(one, REF))
    assert idle(store)

    show(store, CARD)
    assert not idle(store)
    (card,) = claim_cards(store)
    assert not idle(store)
    shown(store, card, version=1)
    assert idle(store)


def test_a_card_is_posted_then_edited_where_it_stands(store: SqlStore) -> None:
    show(store, CARD)
    (first,) = claim_cards(store)
    shown(store, first, version=1)
    assert claim_cards(store) == ()

    show(store, replace(CARD, version=2))
    (second,) = claim_cards(store)

    assert (first.showing, first.ref, first.attempt) == (CARD, None, 1)
    assert (second.showing, second.ref, second.attempt) == (replace(CARD, version=2), REF, 1)


def test_edits_coalesce_and_never_run_backwards(store: SqlStore) -> None:
    for version in (3, 5, 4):
        show(store, replace(CARD, version=version))

    (card,) = claim_cards(store)
    assert card.showing.version == 5
    shown(store, card, version=6)
    show(store, replace(CARD, version=6))

    assert claim_cards(store) == ()


def test_a_card_that_moved_on_while_it_was_drawn_is_drawn_again(store: SqlStore) -> None:
    show(store, CARD)
    (card,) = claim_cards(store)
    show(store, replace(CARD, version=2))
    shown(store, card, version=1)

    assert [card.showing.version for card in claim_cards(store)] == [2]


def test_every_card_of_some_cases_is_drawn_anew_where_it_stands(store: SqlStore) -> None:
    moved, other = (
        store.run(lambda unit, case=case: unit.cases.add(case, wake_at=None))  # type: ignore[misc] # no type on a default
        for case in (a_case(1, at=START), a_case(2, at=START))
    )
    for case in (moved, other):
        for slot in ("card", "status"):
            show(store, Showing(case=case.key, place=GROUP, slot=slot, version=case.version))
    while cards := claim_cards(store):
        for card in cards:
            shown(store, card, version=card.showing.version)
    store.run(lambda unit: [unit.cases.save(each, wake_at=None) for each in (moved, other)])

    store.run(lambda unit: unit.outbox.redraw([moved.id]))

    (card,) = claim_cards(store)
    assert (card.showing.case, card.showing.version, card.ref) == (moved.key, moved.version + 1, REF)
    shown(store, card, version=card.showing.version)
    assert [each.showing.case for each in claim_cards(store)] == [moved.key]


def test_cards_of_other_slots_and_places_are_other_cards(store: SqlStore) -> None:
    cards = [
        CARD,
        replace(CARD, slot="internal"),
        replace(CARD, place=THREAD),
        replace(CARD, place=ELSEWHERE),
    ]
    for card in (*cards, *cards):
        show(store, card)

    claimed = [*claim_cards(store)]
    assert [card.showing for card in claimed] == [cards[0], *cards[2:]]
    shown(store, claimed[0], version=1)
    assert [card.showing for card in claim_cards(store)] == [cards[1]]


def test_cards_of_one_place_leave_one_after_the_other(desk: Desk) -> None:
    store = desk.store()
    cards = [replace(CARD, slot=slot) for slot in ("1", "2", "3")]
    for card in cards:
        show(store, card)

    (first,) = claim_cards(store)
    assert claim_cards(store) == ()
    store.run(lambda unit: unit.outbox.later(first, at=START + SECOND, reason="limited"))
    (second,) = claim_cards(store)
    shown(store, second, version=1)
    desk.clock.advance(SECOND)
    (again,) = claim_cards(store)

    assert [card.showing for card in (first, second, again)] == [cards[0], cards[1], cards[0]]


def test_a_former_holder_of_a_card_is_ignored_in_every_round(desk: Desk) -> None:
    store = desk.store()
    show(store, CARD)
    (former,) = claim_cards(store)
    desk.clock.advance(LEASE)
    (holder,) = claim_cards(store)
    shown(store, former, version=9, ref=SentRef(place=GROUP, ref="stale"))
    assert claim_cards(store) == ()

    shown(store, holder, version=1)
    show(store, replace(CARD, version=2))
    (next_round,) = claim_cards(store)
    assert next_round.attempt == former.attempt
    shown(store, former, version=9, ref=SentRef(place=GROUP, ref="stale"))

    assert not idle(store)
    desk.clock.advance(LEASE)
    (again,) = claim_cards(store)
    assert (again.ref, again.showing.version) == (REF, 2)


def test_a_card_is_tried_again_later_or_given_up(desk: Desk) -> None:
    store = desk.store()
    show(store, CARD)
    (card,) = claim_cards(store)
    store.run(lambda unit: unit.outbox.later(card, at=START + SECOND, reason="limited"))
    assert claim_cards(store) == ()
    desk.clock.advance(SECOND)
    (card,) = claim_cards(store)
    assert card.attempt == 2

    store.run(lambda unit: unit.outbox.dead(card, reason="kicked out"))
    show(store, replace(CARD, version=2))
    desk.clock.advance(LEASE)
    assert claim_cards(store) == ()
    assert idle(store)


def test_a_card_is_known_by_the_thread_below_it(store: SqlStore) -> None:
    show(store, CARD)
    below = Place(LOCAL, GROUP.conversation, "42")
    assert store.read(lambda unit: unit.outbox.case_shown_at(below)) is None

    (card,) = claim_cards(store)
    shown(store, card, version=1)

    assert store.read(lambda unit: unit.outbox.case_shown_at(below)) == KEY
    for other in (GROUP, Place(LOCAL, GROUP.conversation, "43"), Place(LOCAL, "g:other", "42")):
        assert store.read(lambda unit, other=other: unit.outbox.case_shown_at(other)) is None  # type: ignore[misc] # no type on a default


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_replicas_share_the_conversations(desk: Desk) -> None:
    one, other = desk.store(), desk.store()
    say(one, *(a_saying(str(n), place=Place(LOCAL, f"g:{n}")) for n in range(4)))

    with one._database.writing() as connection:
        mine = one._unit(connection, writes=True).outbox.claim_sayings(owner="one", limit=2)
        theirs = other.run(lambda unit: unit.outbox.claim_sayings(owner="other", limit=9))

    assert [[claim.saying.key for claim in claims] for claims in (mine, theirs)] == [["0", "1"], ["2", "3"]]


def test_a_message_without_blocks_is_sent_too(store: SqlStore) -> None:
    say(store, replace(a_saying("1"), message=Message()))

    assert [one.saying.message for one in claim(store)] == [Message()]


# --- what words answer ----------------------------------------------------------------------------------


def handle(store: SqlStore, event_id: str, place: Place, *writes: Saying | Showing) -> None:
    """Handle an event of a conversation and write what it causes."""

    def put(unit: Unit) -> None:
        unit.inbox.put(platform=place.platform, event_id=event_id, lane=place.lane, payload="{}")

    def work(unit: Unit) -> None:
        row = unit.inbox.claim()
        assert row is not None
        for each in writes:
            unit.outbox.say(each) if isinstance(each, Saying) else unit.outbox.show(each)
        unit.inbox.done(row.id)

    store.run(put)
    store.run(work)


def test_words_for_the_conversation_an_event_came_from_answer_it(store: SqlStore) -> None:
    handle(store, "e1", GROUP, a_saying("here", place=THREAD), a_saying("there", place=ELSEWHERE))
    say(store, a_saying("later"))

    assert {each.saying.key: each.answers for each in claim(store)} == {"here": "e1", "there": ""}
    assert [each.answers for each in claim(store)] == []
    [here] = [each for each in claim_again(store) if each.saying.key == "later"]
    assert here.answers == ""


def claim_again(store: SqlStore) -> tuple[ClaimedSaying, ...]:
    store.run(lambda unit: unit.outbox.release())
    for each in claim(store):
        store.run(lambda unit, each=each: unit.outbox.sent(each, REF))  # type: ignore[misc] # no type on a default
    return claim(store)


def test_a_card_answers_what_last_changed_it(store: SqlStore) -> None:
    handle(store, "e1", GROUP, CARD)
    handle(store, "e2", GROUP, replace(CARD, version=2))
    handle(store, "e3", GROUP, CARD)  # nothing newer
    [card] = claim_cards(store)
    assert (card.showing.version, card.answers) == (2, "e2")
    shown(store, card, version=2)

    show(store, replace(CARD, version=3))

    assert [each.answers for each in claim_cards(store)] == [""]


# --- what words wait for --------------------------------------------------------------------------------

BELOW = replace(a_saying("below"), case=KEY, below="card")


def test_words_below_a_card_wait_until_it_stands_and_hold_up_nobody(store: SqlStore) -> None:
    say(store, BELOW, a_saying("other"))
    show(store, CARD)
    assert deliver(store) == ["other"]

    [card] = claim_cards(store)
    assert deliver(store) == []
    shown(store, card, version=1)

    [one] = claim(store)
    assert one.saying == replace(BELOW, place=replace(GROUP, thread=REF.ref))
    assert one.attempt == 1


@pytest.mark.parametrize("given_up", [False, True])
def test_words_below_a_card_that_never_comes_are_said_in_the_place_itself(
    store: SqlStore, given_up: bool
) -> None:
    if given_up:
        show(store, CARD)
        [card] = claim_cards(store)
        store.run(lambda unit: unit.outbox.dead(card, reason="no such channel"))
    say(store, BELOW)

    assert [each.saying.place for each in claim(store)] == [GROUP]


def test_a_card_that_stands_already_and_is_to_change_is_not_waited_for(store: SqlStore) -> None:
    show(store, CARD)
    shown(store, claim_cards(store)[0], version=1)
    show(store, replace(CARD, version=2))
    say(store, BELOW)

    assert [each.saying.place.thread for each in claim(store)] == [REF.ref]


def test_words_below_a_card_keep_their_order(store: SqlStore) -> None:
    show(store, CARD)
    say(store, BELOW, replace(BELOW, key="second"))
    shown(store, claim_cards(store)[0], version=1)

    assert deliver(store) == ["below", "second"]


def test_a_file_waits_until_it_is_fetched_and_holds_up_nobody(store: SqlStore) -> None:
    sent = Sent(ref="F1", name="a.png")
    file = store.run(lambda unit: unit.files.want(LOCAL, sent, case=KEY, by=WANG))
    say(store, replace(a_saying("file"), message=Message(blocks=(Attachment(file, "a.png"),))), a_saying("b"))
    assert deliver(store) == ["b"]
    assert not idle(store)

    store.run(lambda unit: unit.files.over(file, FileState.REFUSED, reason="file.type"))

    assert deliver(store) == ["file"]
    assert idle(store)


def test_a_file_is_leased_for_longer_than_words(store: SqlStore) -> None:
    sent = Sent(ref="F1", name="a.png")
    file = store.run(lambda unit: unit.files.want(LOCAL, sent, case=KEY, by=WANG))
    store.run(lambda unit: unit.files.fetched(file, mime="image/png", data=b"1"))
    bringing = replace(a_saying("file"), message=Message(blocks=(Attachment(file, "a.png"),)))
    say(store, bringing, a_saying("words", place=ELSEWHERE))

    until = {each.saying.key: each.lease_until for each in claim(store)}

    assert until == {"words": START + LEASE, "file": START + FILE_LEASE}


def test_only_words_that_an_older_program_would_misplace_are_kept_from_it(store: SqlStore) -> None:
    say(store, a_saying("plain"), BELOW)

    assert [ask(store, f"SELECT v FROM outbox WHERE key = '{key}'") for key in ("plain", "below")] == [1, 2]


def test_channels_that_are_full_are_left_alone(store: SqlStore) -> None:
    mail = replace(a_saying("mail"), place=Place(MAIL, "li@example.com"))
    say(store, mail, a_saying("chat"))
    show(store, CARD)

    def keys(*but: PlatformName) -> tuple[list[str], int]:
        def work(unit: Unit) -> tuple[list[str], int]:
            words = unit.outbox.claim_sayings(owner="me", limit=9, but=but)
            return [each.saying.key for each in words], len(
                unit.outbox.claim_showings(owner="me", limit=9, but=but)
            )

        return store.run(work)

    assert keys(MAIL, LOCAL) == ([], 0)
    assert keys(LOCAL) == (["mail"], 0)
    assert keys(MAIL) == (["chat"], 1)


def test_whoever_settles_words_learns_whether_it_was_their_turn(desk: Desk, store: SqlStore) -> None:
    say(store, a_saying("k"))
    [mine] = claim(store)
    desk.clock.advance(LEASE + SECOND)
    [theirs] = claim(store)

    assert not store.run(lambda unit: unit.outbox.sent(mine, REF))
    assert not store.run(lambda unit: unit.outbox.dead(mine, reason="late"))
    assert store.run(lambda unit: unit.outbox.sent(theirs, REF))
    assert not store.run(lambda unit: unit.outbox.dropped(theirs))
