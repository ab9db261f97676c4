from datetime import timedelta

import pytest

from bot.core.errors import StoreError
from bot.core.inbound import Sent
from bot.core.message import FileId
from bot.core.people import CaseKey, PlatformName
from bot.ports import Content, Drawn, FileState, WantedFile
from storage import SqlStore
from storage.files import LEASE
from tests.contract.desk import Desk, ask
from tests.contract.values import LI, LOCAL, WANG

SLACK = PlatformName("slack")
CASE = CaseKey("C-20261120-0001")
PICTURE = Sent(ref='{"id":"F1"}', name="机房 1.png", mime="image/png", size=5)
BYTES = b"\x89PNG\x00"
SECOND = timedelta(seconds=1)


def want(store: SqlStore, sent: Sent = PICTURE, *, platform: PlatformName = SLACK) -> FileId:
    return store.run(lambda unit: unit.files.want(platform, sent, case=CASE, by=WANG))


def claim(store: SqlStore, *, limit: int = 9) -> tuple[WantedFile, ...]:
    return store.run(lambda unit: unit.files.claim(owner="me", limit=limit))


def fetched(store: SqlStore, file: FileId) -> None:
    store.run(lambda unit: unit.files.fetched(file, mime="image/png", data=BYTES))


def state(store: SqlStore, file: FileId) -> tuple[FileState, str]:
    return store.read(lambda unit: unit.files.state(file))


def test_a_wanted_file_is_claimed_as_it_was_sent_and_its_content_is_kept(store: SqlStore) -> None:
    file = want(store)

    assert claim(store) == (WantedFile(file=file, platform=SLACK, sent=PICTURE, attempt=1),)
    fetched(store, file)

    assert state(store, file) == (FileState.FETCHED, "")
    content = Content(file=file, name=PICTURE.name, mime="image/png", data=BYTES)
    assert store.read(lambda unit: unit.files.content(file)) == content
    assert claim(store) == ()


def test_the_same_file_of_a_platform_is_one_and_that_of_another_is_another(store: SqlStore) -> None:
    assert want(store) == want(store) != want(store, platform=LOCAL)

    assert len(claim(store)) == 2


def test_a_file_is_leased_to_one_and_to_the_next_when_the_lease_ran_out(desk: Desk) -> None:
    store = desk.store()
    want(store)
    claim(store)
    assert claim(store) == ()

    desk.clock.advance(LEASE)

    assert [each.attempt for each in claim(store)] == [2]


def test_the_only_server_takes_over_at_once_what_a_dead_one_was_fetching(store: SqlStore) -> None:
    want(store)
    claim(store)

    store.run(lambda unit: unit.files.release())

    assert [each.attempt for each in claim(store)] == [2]


def test_a_file_is_tried_again_when_its_time_has_come(desk: Desk) -> None:
    store = desk.store()
    file = want(store)
    claim(store)
    store.run(lambda unit: unit.files.later(file, at=desk.clock.now() + SECOND))
    assert claim(store) == ()

    desk.clock.advance(SECOND)

    assert [each.attempt for each in claim(store)] == [2]


def test_a_file_that_is_refused_has_a_reason_and_no_content(store: SqlStore) -> None:
    file = want(store)
    claim(store)
    store.run(lambda unit: unit.files.over(file, FileState.REFUSED, reason="file.type"))
    fetched(store, file)  # too late: somebody else has settled it

    assert state(store, file) == (FileState.REFUSED, "file.type")
    assert claim(store) == ()
    with pytest.raises(StoreError):
        store.read(lambda unit: unit.files.content(file))
    assert ask(store, "SELECT count(*) FROM file_content") == 0


def test_a_file_nobody_knows_is_lost(store: SqlStore) -> None:
    assert state(store, FileId("nothing")) == (FileState.LOST, "")


def test_the_oldest_files_are_fetched_first_and_no_more_than_asked_for(desk: Desk) -> None:
    store = desk.store()
    names = ["b", "a", "c"]
    for name in names:
        want(store, Sent(ref=name, name=name))
        desk.clock.advance(SECOND)

    assert [each.sent.name for each in claim(store, limit=2)] == names[:2]


def test_what_somebody_else_sent_is_wanted_for_the_first(store: SqlStore) -> None:
    want(store)
    store.run(lambda unit: unit.files.want(SLACK, PICTURE, case=CaseKey("C-20261120-0002"), by=LI))

    assert ask(store, "SELECT person FROM file") == WANG


def test_a_file_we_made_is_there_at_once_and_another_of_its_name_is_another(store: SqlStore) -> None:
    def put(data: bytes) -> FileId:
        made = Drawn(name="C-1-clocks.png", mime="image/png", data=data)
        return store.run(lambda unit: unit.files.put(made, case=CASE, by=WANG))

    first, second = put(BYTES), put(BYTES + BYTES)

    assert state(store, first) == state(store, second) == (FileState.FETCHED, "")
    kept = Content(file=second, name="C-1-clocks.png", mime="image/png", data=BYTES + BYTES)
    assert store.read(lambda unit: unit.files.content(second)) == kept
    assert store.read(lambda unit: unit.files.content(first)).data == BYTES
    assert claim(store) == ()
