"""The clocks of a case from its card: marked, explained, and drawn as a picture that lies in the channel."""

from bot.platforms.slack.account import Mode
from tests.e2e.slack.conftest import Open, channel, user

QIN, LIN = user("qin-shuyao"), user("lin-xiaobei")
HUAYUE, ENGINEERS = channel("huayue"), channel("engineers")
FAULT = "统一认证登不上了，全校师生都进不去系统"


async def test_what_has_a_time_of_its_own_is_marked_and_the_clocks_are_drawn(open_desk: Open) -> None:
    async with open_desk(Mode.SOCKET) as stage:
        slack = stage.slack
        thread = await slack.says(QIN, HUAYUE, FAULT)
        [card] = await stage.reads(ENGINEERS, FAULT)

        await slack.presses(LIN, "标记", where=ENGINEERS)
        await slack.fills_in(LIN, {"什么事": "已启用备机或应急预案"})
        await stage.reads(HUAYUE, "业务先在备机或应急预案上运行", thread=thread)

        await slack.presses(LIN, "时限", where=ENGINEERS)
        await stage.reads(ENGINEERS, "完成条件：", "诊断", thread=card.ts)
        await slack.presses(LIN, "画成图", where=ENGINEERS)
        name = f"{card.text.split()[0]}-时限.png"
        assert (await slack.gets(ENGINEERS, name, thread=card.ts)).startswith(b"\x89PNG")
