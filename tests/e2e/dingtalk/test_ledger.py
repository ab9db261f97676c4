"""The clocks of a case on DingTalk: what would be pressed is typed, and the picture lies in the group."""

from tests.e2e.dingtalk.conftest import ENGINEERS, FAULT, HUAYUE, Stage

QIN, LIN = "qin-shuyao", "lin-xiaobei"


async def test_what_has_a_time_of_its_own_is_marked_and_the_clocks_are_drawn(stage: Stage) -> None:
    await stage.says(QIN, HUAYUE, f"@bot {FAULT}")
    card = await stage.reads(ENGINEERS, FAULT)
    number = card.shown.split()[0]

    await stage.says(LIN, ENGINEERS, f"@bot 标记 {number} 备机")
    await stage.reads(HUAYUE, "业务先在备机或应急预案上运行")
    await stage.says(LIN, ENGINEERS, f"@bot 时限 {number}")
    await stage.reads(ENGINEERS, "完成条件：", f"时限 {number} 图")
    await stage.says(LIN, ENGINEERS, f"@bot 时限 {number} 图")
    await stage.at_rest()

    [picture] = [line.media for line in stage.dingtalk.group(ENGINEERS).lines if line.media]
    assert picture.data.startswith(b"\x89PNG")
