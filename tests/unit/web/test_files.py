"""Files that people sent, in the local chat."""

import httpx
import pytest

from bot.core.inbound import Sent
from bot.core.message import Attachment, FileId, Message
from bot.core.people import CaseKey, PersonId, PlatformName
from tests.unit.web.desk import SmallDesk

PNG = b"\x89PNG\r\n\x1a\n"


def brought(desk: SmallDesk, conversation: str, name: str, mime: str, data: bytes) -> int:
    """Let the bot bring a file into a conversation and return the line's number."""
    sent, key = Sent(ref=name, name=name), CaseKey("C-20261120-0001")
    slack, by = PlatformName("slack"), PersonId("he-miao")
    file = desk.store.run(lambda unit: unit.files.want(slack, sent, case=key, by=by))
    desk.store.run(lambda unit: unit.files.fetched(file, mime=mime, data=data))
    return desk.bot_says(conversation, Message(blocks=(Attachment(file, name),)))


async def test_a_picture_is_shown_and_opened(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    line = brought(desk, "g:huayue", "机房 <1>.png", "image/png", PNG)

    page = (await client.get("/chat/tang-kai/c/g:huayue")).text
    answer = await client.get(f"/chat/tang-kai/c/g:huayue/files/{line}")

    assert f'<img src="/chat/tang-kai/c/g:huayue/files/{line}" alt="机房 &lt;1&gt;.png"' in page
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    assert answer.headers["content-disposition"].startswith("inline;")


async def test_any_other_file_is_saved_and_never_run(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    line = brought(desk, "g:huayue", "a.log", "text/plain", b"<script>")

    answer = await client.get(f"/chat/tang-kai/c/g:huayue/files/{line}")

    assert "📎 a.log" in (await client.get("/chat/tang-kai/c/g:huayue")).text
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''a.log"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "address",
    [
        "/chat/fang-min/c/g:huayue/files/{line}",
        "/chat/fang-min/c/g:chengjiang/files/{line}",
        "/chat/nobody/c/g:huayue/files/{line}",
        "/chat/tang-kai/c/g:huayue/files/{words}",
        "/chat/tang-kai/c/g:huayue/files/99",
    ],
)
async def test_whoever_does_not_see_the_line_has_no_file(
    client: httpx.AsyncClient, desk: SmallDesk, address: str
) -> None:
    line = brought(desk, "g:huayue", "a.log", "text/plain", b"words")
    words = desk.bot_says("g:huayue", Message(title=("words",)))

    assert (await client.get(address.format(line=line, words=words))).status_code == 404


async def test_a_file_that_was_forgotten_is_not_there(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    line = desk.bot_says("g:huayue", Message(blocks=(Attachment(FileId("gone"), "a.log"),)))

    assert (await client.get(f"/chat/tang-kai/c/g:huayue/files/{line}")).status_code == 404
