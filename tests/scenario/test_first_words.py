"""What the groups of the demo read first."""

from bot.services.welcome import welcome
from tests.scenario.world import World


def test_a_group_that_reads_mentions_only_says_so_at_once(world: World) -> None:
    world.store.run(lambda unit: welcome(unit, world.desk))
    world.settle()

    (mentions,) = [line.text for line in world.in_group("chengjiang")]
    (everything,) = [line.text for line in world.in_group("huayue")]
    assert "@小铃" in mentions
    assert "@小铃" not in everything
