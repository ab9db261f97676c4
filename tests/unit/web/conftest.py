"""A client that speaks to the application without a network."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.web.app import create_app
from tests.unit.web.desk import SmallDesk


@pytest.fixture
def desk() -> SmallDesk:
    return SmallDesk()


@pytest.fixture
async def client(desk: SmallDesk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(desk))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8300") as client:
        yield client
