"""The list that lead and manager read in the morning."""

from bot.services.duties import send_digest
from tests.scenario.world import World


def test_every_group_of_the_morning_list_has_its_heading(world: World) -> None:
    world.say("oliver-grant", "Please add a dark mode", group="bluebay")
    world.command("eve-turner", "reply 0001 We will ask the vendor", group="engineers")
    world.wait(minutes=1)
    world.command("eve-turner", "wait 0001 vendor", group="engineers")
    world.wait(days=4)
    world.say("qin-shuyao", "打印机坏了，只有我一个人", group="huayue")
    world.wait(hours=3)
    world.command("tang-kai", "new 门户图标模糊", group="huayue")
    again = world.say("tang-kai", "扫描仪坏了，只有我一个人", group="huayue")
    number = world.case().key
    world.command("lin-xiaobei", f"solve {number} 已修复", group="engineers")
    world.say("tang-kai", "还是不行", group="huayue", thread=again)

    world.store.run(lambda unit: send_digest(unit, world.desk))
    world.settle()

    listed = world.told("zhou-lan")[-1].text
    assert all(heading in listed for heading in ("已超时", "即将到期", "挂起较久")), listed
