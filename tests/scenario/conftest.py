"""Every scenario ends with a look at everything that was said in it."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from bot.ports import Capabilities
from tests.scenario.overheard import complaints
from tests.scenario.world import START, THREADED, Setting, World

NewWorld = Callable[..., World]


@pytest.fixture
def worlds() -> Iterator[list[World]]:
    """Keep every world of a scenario; nothing said in one may be wrong for its reader."""
    made: list[World] = []
    yield made
    wrong = [each for world in made for each in complaints(world)]
    for each in made:
        each.store.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def new_world(worlds: list[World]) -> NewWorld:
    """Make worlds with other capabilities, another beginning, or on other platforms."""

    def make(
        capabilities: Capabilities = THREADED, start: datetime = START, setting: Setting | None = None
    ) -> World:
        worlds.append(World(capabilities=capabilities, start=start, setting=setting))
        return worlds[-1]

    return make


@pytest.fixture
def world(new_world: NewWorld) -> World:
    """The demo's desk on a Friday morning."""
    return new_world()
