"""A group that chat ties otherwise than the directory: it is said there, and the operator is told."""

import pytest

from tests.scenario.world import World


@pytest.fixture
def world() -> World:
    return World()


def alarms(world: World) -> list[str]:
    return [text for _, text in world.store.read(lambda unit: unit.registry.alarms())]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("bind bluebay", "以这里的绑定为准"),
        ("解绑", "以这里的设置为准"),
    ],
)
def test_what_the_directory_says_otherwise_is_said_and_told(world: World, words: str, answer: str) -> None:
    world.command("song-yi", words, group="huayue")

    assert answer in world.lines[-1].text
    [told] = alarms(world)
    assert told.startswith("local:g:huayue")
    assert told.endswith("tied or untied from chat, and the directory says otherwise; chat wins")


def test_what_agrees_is_no_conflict(world: World) -> None:
    world.command("song-yi", "bind bluebay", group="lobby")
    world.command("song-yi", "unbind", group="lobby")

    assert alarms(world) == []
