"""The JSON API."""

import httpx
import pytest

from bot.core.errors import StoreError
from bot.core.message import Button, Buttons, Message
from bot.core.people import CaseKey
from tests.unit.web.desk import SmallDesk

KEY = CaseKey("C-20261120-0007")
CARD = Message(
    title=("卡",),
    blocks=(
        Buttons((Button("接单", "ack", KEY, as_of=4),)),
        Buttons((Button("定级", "level", KEY, as_of=4),)),
    ),
)


async def ids(client: httpx.AsyncClient, person: str) -> list[str]:
    return [each["id"] for each in (await client.get(f"/api/people/{person}/conversations")).json()]


async def test_everybody_is_listed_with_their_roles(client: httpx.AsyncClient) -> None:
    people = {each["id"]: each for each in (await client.get("/api/people")).json()}

    assert people["zhou-lan"]["roles"] == ["lead"]
    assert people["tang-kai"]["customer"] == "huayue"


async def test_a_customer_sees_their_own_groups_only(client: httpx.AsyncClient) -> None:
    assert await ids(client, "tang-kai") == ["g:huayue", "dm:tang-kai", "g:lobby"]


async def test_staff_see_every_group_and_nobodys_direct_words(client: httpx.AsyncClient) -> None:
    assert await ids(client, "eve-turner") == [
        "g:engineers",
        "g:huayue",
        "g:chengjiang",
        "g:bluebay",
        "g:yuanshan",
        "dm:eve-turner",
        "g:lobby",
    ]


@pytest.mark.parametrize("conversation", ["g:engineers", "g:chengjiang", "dm:eve-turner", "g:nowhere"])
async def test_what_is_not_theirs_can_be_neither_read_nor_written(
    client: httpx.AsyncClient, desk: SmallDesk, conversation: str
) -> None:
    one = "/api/people/tang-kai"
    answers = [
        await client.get(f"{one}/conversations/{conversation}/lines"),
        await client.post(f"{one}/messages", json={"conversation": conversation, "text": "x"}),
        await client.post(f"{one}/press", json={"conversation": conversation, "verb": "ack"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert desk.received() is None


async def test_nobody_unknown_is_anybody(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/people/nobody/conversations")

    assert answer.status_code == 404
    assert "nobody" in answer.json()["detail"]


async def test_what_is_said_is_listed_and_unread_by_others(client: httpx.AsyncClient) -> None:
    said = await client.post(
        "/api/people/tang-kai/messages", json={"conversation": "g:huayue", "text": "打印机坏了"}
    )
    below = await client.post(
        "/api/people/qin-shuyao/messages",
        json={"conversation": "g:huayue", "thread": said.json()["seq"], "text": "三楼"},
    )

    lines = (await client.get("/api/people/lin-xiaobei/conversations/g:huayue/lines")).json()
    thread = (
        await client.get(
            "/api/people/lin-xiaobei/conversations/g:huayue/lines", params={"thread": said.json()["seq"]}
        )
    ).json()
    listed = (await client.get("/api/people/lin-xiaobei/conversations")).json()
    assert said.status_code == below.status_code == 201
    assert [(line["author"], line["text"], line["replies"]) for line in lines] == [
        ("tang-kai", "打印机坏了", 1)
    ]
    assert lines[0]["said_at"] == "2026-11-20T04:00:00Z"
    assert [line["text"] for line in thread] == ["三楼"]
    assert {each["id"]: each["unread"] for each in listed}["g:huayue"] == 2


async def test_a_card_comes_as_data(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    desk.bot_says("g:engineers", CARD)

    (line,) = (await client.get("/api/people/eve-turner/conversations/g:engineers/lines")).json()

    assert line["message"]["blocks"][0]["buttons"][0]["label"] == "接单"
    assert line["message"]["blocks"][0]["buttons"][0]["as_of"] == 4


async def test_a_button_is_pressed_by_its_place(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    seq = desk.bot_says("g:engineers", CARD)

    answer = await client.post(
        "/api/people/eve-turner/press",
        json={"conversation": "g:engineers", "line": seq, "button": 1, "words": "2 一半人"},
    )

    row = desk.received()
    assert answer.status_code == 202
    assert answer.json() == {"pressed": "level"}
    assert row is not None
    assert '"verb":"level","case":"C-20261120-0007","words":"2 一半人","as_of":4' in row.payload


async def test_a_button_is_pressed_by_what_it_holds(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    body = {"conversation": "g:engineers", "verb": "take", "case": KEY, "as_of": 2}

    answer = await client.post("/api/people/eve-turner/press", json=body)

    row = desk.received()
    assert answer.status_code == 202
    assert row is not None
    assert '"verb":"take","case":"C-20261120-0007","words":"","as_of":2' in row.payload


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"conversation": "g:engineers"},
        {"conversation": "g:engineers", "button": 0},
        {"conversation": "g:engineers", "line": 1, "button": 0, "verb": "ack"},
        {"conversation": "g:engineers", "line": 1, "button": 2},
        {"conversation": "g:engineers", "line": 9, "button": 0},
        {"conversation": "g:engineers", "line": 1, "button": -1},
        {"conversation": "g:engineers", "verb": "ack", "thread": "abc"},
        {"conversation": "g:engineers", "verb": "ack", "surplus": 1},
    ],
)
async def test_a_garbled_press_is_refused_and_says_why(
    client: httpx.AsyncClient, desk: SmallDesk, body: dict[str, object]
) -> None:
    desk.bot_says("g:engineers", CARD)

    answer = await client.post("/api/people/eve-turner/press", json=body)

    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert desk.received() is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b'{"conversation": "g:huayue", "text": ""}']
)
async def test_garbled_words_are_refused(client: httpx.AsyncClient, desk: SmallDesk, content: bytes) -> None:
    answer = await client.post(
        "/api/people/tang-kai/messages", content=content, headers={"content-type": "application/json"}
    )

    assert answer.status_code in {400, 422}
    assert desk.received() is None


@pytest.mark.parametrize(
    ("body", "now"),
    [
        ({"advance": "PT30M"}, "2026-11-20T12:30:00+08:00"),
        ({"advance": "P1M"}, "2026-12-20T12:00:00+08:00"),
        ({"to": "next"}, "2026-11-20T12:07:00+08:00"),
    ],
)
async def test_the_clock_moves(client: httpx.AsyncClient, body: dict[str, str], now: str) -> None:
    moved = await client.post("/demo/clock", json=body)

    assert moved.json() == {"now": now, "zone": "Asia/Shanghai", "moving": False, "messages": 1}
    assert (await client.get("/demo/clock")).json()["now"] == now


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance": "soon"},
        {"advance": "PT0S"},
        {"advance": "P9Y"},
        {"to": "past"},
        {"advance": "PT1H", "to": "next"},
    ],
)
async def test_the_clock_is_not_moved_by_nonsense(
    client: httpx.AsyncClient, desk: SmallDesk, body: dict[str, str]
) -> None:
    answer = await client.post("/demo/clock", json=body)

    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert desk.clock.steps == []


async def test_a_clock_that_cannot_move_says_why(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    desk.clock.broken = StoreError("disk full")

    answer = await client.post("/demo/clock", json={"advance": "PT1H"})

    assert answer.status_code == 500
    assert "disk full" in answer.json()["detail"]


async def test_half_a_letter_is_refused_and_not_sent_back(client: httpx.AsyncClient) -> None:
    body = b'{"conversation": "g:huayue", "text": "\\ud800"}'

    answer = await client.post(
        "/api/people/tang-kai/messages", content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "text"]
