"""Fakes that fail the test in which somebody misused them."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.slack.server import FakeSlack


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    async with fake.running():
        yield fake
    assert fake.unexpected == []
