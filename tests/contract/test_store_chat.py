from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.core.errors import StoreError
from bot.core.message import Message
from bot.ports import ChatLine
from storage import SqlStore
from tests.contract.desk import START
from tests.contract.values import LI, WANG

GROUP = "g:acme"


def line(text: str, *, thread: str | None = None, author: str = WANG, conversation: str = GROUP) -> ChatLine:
    return ChatLine(
        seq=0, change=0, conversation=conversation, thread=thread, author=author, said_at=START, text=text
    )


def post(store: SqlStore, line: ChatLine, *, key: str | None = None) -> ChatLine:
    return store.run(lambda unit: unit.chat.post(line, key=key))


def lines(store: SqlStore, *, thread: str | None = None, limit: int = 200) -> list[tuple[str, int]]:
    return [
        (line.text, line.replies)
        for line in store.read(lambda unit: unit.chat.lines(GROUP, thread=thread, limit=limit))
    ]


def test_a_line_is_numbered_and_comes_back_as_it_was_posted(store: SqlStore) -> None:
    said = replace(line("打不开"), message=Message(title=("C-1",)))

    posted = post(store, said)

    assert posted == replace(said, seq=1, change=1)
    assert store.read(lambda unit: unit.chat.lines(GROUP)) == (posted,)


def test_lines_come_oldest_first_and_the_newest_are_kept(store: SqlStore) -> None:
    for text in "abc":
        post(store, line(text))
    post(store, line("elsewhere", conversation="g:other"))

    assert lines(store) == [("a", 0), ("b", 0), ("c", 0)]
    assert lines(store, limit=2) == [("b", 0), ("c", 0)]


def test_a_thread_has_its_own_lines_and_its_parent_counts_them(store: SqlStore) -> None:
    parent = post(store, line("top"))
    post(store, line("other"))
    for text in "xy":
        post(store, line(text, thread=str(parent.seq)))

    assert lines(store) == [("top", 2), ("other", 0)]
    assert lines(store, thread=str(parent.seq)) == [("x", 0), ("y", 0)]


def test_a_known_key_returns_the_line_it_made(store: SqlStore) -> None:
    first = post(store, line("once"), key="k")

    assert post(store, line("twice"), key="k") == first
    assert store.read(lambda unit: unit.chat.by_key("k")) == first
    assert store.read(lambda unit: unit.chat.by_key("unknown")) is None
    assert lines(store) == [("once", 0)]
    assert store.read(lambda unit: unit.chat.changes()) == first.change


def test_an_edit_replaces_the_message_and_is_a_change(store: SqlStore) -> None:
    first = post(store, replace(line(""), message=Message(title=("1",))), key="k")
    post(store, line("reply", thread=str(first.seq)))
    before = store.read(lambda unit: unit.chat.changes())

    edited = store.run(lambda unit: unit.chat.edit(first.seq, Message(title=("2",))))

    assert edited == replace(first, message=Message(title=("2",)), change=before + 1, replies=1)
    assert store.read(lambda unit: unit.chat.by_key("k")) == edited
    assert store.read(lambda unit: unit.chat.changes()) == before + 1


def test_a_line_that_does_not_exist_cannot_be_edited(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="no line 9"):
        store.run(lambda unit: unit.chat.edit(9, Message()))

    assert store.read(lambda unit: unit.chat.changes()) == 0


def test_lines_of_others_are_unread_until_they_are_read(store: SqlStore) -> None:
    parent = post(store, line("mine"))
    post(store, line("theirs", author=LI))
    post(store, line("theirs too", author=LI, thread=str(parent.seq)))
    conversations = (GROUP, "g:empty")

    assert store.read(lambda unit: unit.chat.unread(WANG, conversations)) == {GROUP: 2, "g:empty": 0}
    for conversation in conversations:
        store.run(lambda unit, read=conversation: unit.chat.mark_read(WANG, read))  # type: ignore[misc] # no type on a default
    post(store, line("new", author=LI))

    assert store.read(lambda unit: unit.chat.unread(WANG, conversations)) == {GROUP: 1, "g:empty": 0}
    assert store.read(lambda unit: unit.chat.unread(LI, (GROUP,))) == {GROUP: 1}
    assert store.read(lambda unit: unit.chat.unread(LI, ())) == {}
    store.run(lambda unit: unit.chat.mark_read(WANG, GROUP))
    assert store.read(lambda unit: unit.chat.unread(WANG, (GROUP,))) == {GROUP: 0}


def test_changes_of_two_threads_never_collide_and_a_key_is_made_once(store: SqlStore) -> None:
    with ThreadPoolExecutor(2) as threads:
        posted = list(threads.map(lambda n: post(store, line("x"), key=f"k{n // 2}"), range(40)))

    assert len({line.change for line in posted}) == len({line.seq for line in posted}) == 20
