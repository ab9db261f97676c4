"""What people type, change, take away and send on Slack besides pressing a case's buttons."""

from bot.platforms.slack.account import Mode
from tests.e2e.slack.conftest import Open, channel, user
from tests.e2e.slack.workspace import BOT

QIN, LIN = user("qin-shuyao"), user("lin-xiaobei")
HUAYUE, ENGINEERS = channel("huayue"), channel("engineers")
FAULT = "打印机坏了"
LET_PASS = "早上好，今天大家辛苦了"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
ANOTHER = PICTURE + b"another"


async def test_a_command_without_its_words_asks_for_them_and_opens_a_case(open_desk: Open) -> None:
    async with open_desk(Mode.SOCKET) as stage:
        slack = stage.slack
        await slack.types(QIN, HUAYUE, "/case", "new")
        await slack.fills_in(QIN)
        assert slack.errors
        await slack.fills_in(QIN, {"问题": FAULT})
        assert slack.form is None
        [card] = await stage.reads(ENGINEERS, FAULT, "待接单")
        [opened] = await stage.reads(HUAYUE, FAULT, "林小北")
        number = card.text.split()[0]
        assert number in opened.text

        await slack.types(LIN, ENGINEERS, "/case", "list")
        await stage.reads(ENGINEERS, "进行中的工单", number)


async def test_words_added_changed_and_taken_away_are_known_below_the_card(open_desk: Open) -> None:
    async with open_desk(Mode.HTTP) as stage:
        slack = stage.slack
        thread = await slack.says(QIN, HUAYUE, FAULT)
        [card] = await stage.reads(ENGINEERS, FAULT)
        added = await slack.says(QIN, HUAYUE, "三楼 <!channel> & *那台*", thread=thread)
        await stage.reads(ENGINEERS, "三楼 @channel & *那台*", thread=card.ts)

        await slack.edits(QIN, HUAYUE, added, "四楼那台")
        await stage.reads(ENGINEERS, "修改了消息", "四楼那台", thread=card.ts)
        await slack.deletes(QIN, HUAYUE, added)
        await stage.reads(ENGINEERS, "删除了一条消息", thread=card.ts)


async def test_a_picture_goes_to_the_engineers_and_one_comes_back(open_desk: Open) -> None:
    async with open_desk(Mode.SOCKET) as stage:
        slack = stage.slack
        thread = await slack.says(QIN, HUAYUE, FAULT)
        [card] = await stage.reads(ENGINEERS, FAULT)

        await slack.sends_file(QIN, HUAYUE, "error.png", PICTURE, text="报错截图", thread=thread)
        assert await slack.gets(ENGINEERS, "error.png", thread=card.ts) == PICTURE

        reply = f"<@{BOT}> 回复 {card.text.split()[0]} 请照图操作"
        await slack.sends_file(LIN, ENGINEERS, "how.png", ANOTHER, text=reply)
        await stage.reads(ENGINEERS, "将看到", "请照图操作", "how.png")
        await stage.wait(seconds=31)
        await stage.reads(HUAYUE, "工程师回复", "请照图操作", thread=thread)
        assert await slack.gets(HUAYUE, "how.png", thread=thread) == ANOTHER


async def test_a_ticket_on_words_the_bot_let_pass_opens_a_case_below_them(open_desk: Open) -> None:
    async with open_desk(Mode.SOCKET) as stage:
        slack = stage.slack
        passed = await slack.says(QIN, HUAYUE, LET_PASS)
        await stage.office.at_rest()
        assert slack.posts(HUAYUE) == []

        await slack.reacts(LIN, HUAYUE, passed, "ticket")
        await stage.reads(HUAYUE, LET_PASS, "林小北", thread=passed)
        await slack.until(lambda: [each for each in slack.told(LIN) if each.startswith("已开单")])
        await slack.reacts(QIN, HUAYUE, passed, "rotating_light")
        await stage.office.at_rest()
        assert stage.office.books.rows("SELECT reporter FROM case_") == [("qin-shuyao",)]
