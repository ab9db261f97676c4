"""Fakes that fail the test in which somebody misused them, and the platforms on their stages."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.platforms.stage import Stage
from tests.fakes.slack.server import FakeSlack


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    async with fake.running():
        yield fake
    assert fake.unexpected == []


@pytest.fixture
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    kind: type[Stage] = request.param
    async with kind.open() as stage:
        yield stage
