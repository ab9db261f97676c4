"""An article changed through one process is in force in every other at its very next look."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.contract.conftest import postgres_database
from tests.contract.desk import NewDatabase
from tests.e2e.process.desk import CASEBELL, ROOT, Books, Desk, finish, until

__all__ = ["postgres_database"]
WEB = {"CASEBELL_CONFIG": "config", "CASEBELL_HTTP_PORT": "0"}
ARTICLE, WORDS, ANEW = "vpn-691", "691 表示", "请先重启网关，691 表示"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "demo", tmp_path / "config")
    return tmp_path


@pytest.fixture
def desks() -> Iterator[Callable[[Desk], Desk]]:
    with ExitStack() as stack:

        def kept(desk: Desk) -> Desk:
            stack.callback(desk.kill)
            return desk

        yield kept


def written(folder: Path) -> str:
    """Return the article as its file has it, with other words."""
    return (folder / "config" / "kb" / f"{ARTICLE}.md").read_text(encoding="utf-8").replace(WORDS, ANEW)


def edit(desk: Desk, text: str, *, person: str = "") -> None:
    with desk.client as client:
        client.cookies.set("person", person)
        assert client.post(f"/articles/{ARTICLE}", data={"text": text}).status_code == 303


def knows(desk: Desk) -> bool:
    """Whether a process finds the article by its new words."""
    with desk.client as client:
        return f'href="/articles/{ARTICLE}"' in client.get("/articles", params={"q": "请先重启网关"}).text


@pytest.mark.postgres
def test_every_replica_knows_what_was_written_and_what_was_taken_back(
    folder: Path, desks: Callable[[Desk], Desk], postgres_database: NewDatabase
) -> None:
    with postgres_database() as url:
        one, other = (
            desks(Desk.start(*CASEBELL, "web", folder=folder, DATABASE_URL=url, **WEB)) for _ in range(2)
        )
        assert not knows(one)
        assert not knows(other)

        edit(one, written(folder))
        assert knows(other)
        assert knows(one)

        with other.client as client:
            assert client.post(f"/articles/{ARTICLE}/undo", data={"version": "2"}).status_code == 303
        assert not knows(one)

        for each in (one, other):
            each.stop()


def test_the_page_the_chat_and_another_process_share_a_file(
    folder: Path, desks: Callable[[Desk], Desk]
) -> None:
    settings = {"DATABASE_URL": "sqlite:///desk.db"}
    books = Books(folder / "desk.db")
    desk = desks(Desk.start(*CASEBELL, "demo", folder=folder, **WEB, **settings))

    edit(desk, written(folder), person="lin-xiaobei")
    desk.say("qin-shuyao", "huayue", "@bot VPN 691 怎么办")
    until(lambda: any(ANEW[:6] in str(message) for (message,) in books.rows("SELECT message FROM chat_line")))

    told = finish("kb", "export", "out", folder=folder, CASEBELL_CONFIG="config", **settings)
    assert told.returncode == 0, told.stderr
    assert ANEW in (folder / "out" / f"{ARTICLE}.md").read_text(encoding="utf-8")
