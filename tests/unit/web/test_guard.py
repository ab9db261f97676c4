"""Who may ask, and what a page may do."""

import httpx
import pytest

SAY = "/api/people/tang-kai/messages"
BODY = {"conversation": "g:huayue", "text": "好"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "user@evil.example"])
async def test_an_address_that_is_not_ours_is_refused(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/health", headers={"host": host})).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8300", "localhost:8300", "LOCALHOST", "[::1]:8300"])
async def test_this_machine_is_served_by_any_of_its_names(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/health", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", [SAY, "/settings", "/clock", "/demo/clock"])
async def test_another_sites_page_changes_nothing(
    client: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    assert (await client.post(path, json=BODY, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://127.0.0.1:8300", "sec-fetch-site": "same-origin"}]
)
async def test_a_program_and_our_own_page_may_write(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await client.post(SAY, json=BODY, headers=headers)).status_code == 201


@pytest.mark.parametrize("path", ["/people", "/health", "/static/casebell.css", "/nowhere"])
async def test_every_answer_says_what_a_page_may_do(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
