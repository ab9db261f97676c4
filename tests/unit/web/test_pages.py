"""The pages, without a browser."""

from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest
from anyio.lowlevel import checkpoint

from bot.core.message import Bold, Button, Buttons, Message, Paragraph, Tone
from bot.core.people import CaseKey, Place
from bot.directory.model import Bilingual
from bot.ports import AlarmKind, Saying, Unit
from bot.web.app import create_app
from bot.web.desk import Mail, Provisional
from bot.web.site import STATIC
from bot.web.views import initials
from tests.unit.web.desk import FRIDAY_NOON, LOCAL, SmallDesk

HERE = "/chat/tang-kai/c/g:huayue"
BUTTONS = Buttons((Button("补充", "reply", CaseKey("C-1"), as_of=2), Button("进度", "show", CaseKey("C-1"))))


async def test_a_browser_is_led_back_to_whom_it_was(client: httpx.AsyncClient) -> None:
    first = await client.get("/")
    await client.get(HERE)
    second = await client.get("/")

    assert first.headers["location"] == "/people"
    assert second.headers["location"] == "/chat/tang-kai"


async def test_what_is_not_theirs_has_no_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/chat/tang-kai/c/g:engineers", headers={"accept": "text/html"})

    assert answer.status_code == 404
    assert "没有这个页面" in answer.text


async def test_words_are_shown_at_once_and_escaped(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    answer = await client.post(f"{HERE}/say", data={"text": "<b>急</b> @林小北 a@b"})

    assert "&lt;b&gt;急&lt;/b&gt;" in answer.text
    assert '<span class="mention">@林小北</span> a@b' in answer.text
    assert desk.received() is not None


async def test_nothing_said_is_nothing_stored(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    await client.post(f"{HERE}/say", data={"text": "  \n "})

    assert desk.received() is None


async def test_the_tone_of_a_card_is_said_in_words(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    desk.bot_says("g:huayue", Message(title=(Bold("C-1"),), tone=Tone.ALARM))

    assert '<span class="tone">告警</span>' in (await client.get(f"{HERE}/lines")).text


async def test_only_a_button_that_needs_words_opens_a_form(
    client: httpx.AsyncClient, desk: SmallDesk
) -> None:
    desk.bot_says("g:huayue", Message(blocks=(BUTTONS,)))

    lines = (await client.get(f"{HERE}/lines")).text

    assert lines.count(f'hx-get="{HERE}/form"') == 1
    assert lines.count(f'hx-post="{HERE}/press"') == 1


async def test_a_form_asks_in_the_readers_language(client: httpx.AsyncClient) -> None:
    values = {"verb": "level", "label": "Fault level", "case": "C-1", "as_of": "2"}

    form = (await client.get("/chat/eve-turner/c/g:engineers/form", params=values)).text

    assert "Level 5" in form
    assert "Reason" in form
    assert 'name="as_of" value="2"' in form


async def test_an_assignment_offers_the_desks_people(client: httpx.AsyncClient) -> None:
    form = (await client.get("/chat/eve-turner/c/g:engineers/form", params={"verb": "assign"})).text

    assert '<option value="@he-miao">He Miao</option>' in form
    assert "tang-kai" not in form


async def test_answers_become_the_words_of_the_verb(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    sent = {"verb": "call", "case": "C-1", "answer-text": "约好了", "answer-at": "10:59", "line": "4"}

    answer = await client.post("/chat/eve-turner/c/g:engineers/press", data=sent)

    row = desk.received()
    assert answer.status_code == 204
    assert row is not None
    assert '"words":"约好了 at 10:59"' in row.payload
    assert '"line":"4"' in row.payload


@pytest.mark.parametrize("sent", [{}, {"verb": "reply"}, {"verb": "reply", "answer-text": " "}])
async def test_an_unfilled_form_is_not_sent(
    client: httpx.AsyncClient, desk: SmallDesk, sent: dict[str, str]
) -> None:
    answer = await client.post("/chat/eve-turner/c/g:engineers/press", data=sent)

    assert answer.status_code == 422
    assert desk.received() is None


async def test_a_hidden_page_reads_nothing(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    desk.bot_says("g:huayue", Message(title=("好",)))

    await client.get(f"{HERE}/lines", params={"hidden": "1"})
    before = (await client.get("/chat/tang-kai/list")).text
    await client.get(f"{HERE}/lines")
    after = (await client.get("/chat/tang-kai/list")).text

    assert "1 条未读" in before
    assert "未读" not in after


async def test_times_are_the_desks(client: httpx.AsyncClient) -> None:
    page = await client.post(f"{HERE}/say", data={"text": "好"})

    assert "2026年11月20日 星期五" in page.text
    assert ">12:00</time>" in page.text


async def test_the_clock_bar_moves_by_calendar_months(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    moving = (await client.post("/clock", data={"step": "P1M"})).text
    await checkpoint()
    standing = (await client.get("/clock")).text

    assert "正在走到" in moving
    assert "2026年12月20日 星期日 12:00" in standing
    assert desk.clock.steps == [timedelta(days=30)]
    assert (await client.post("/clock", data={"step": "never"})).status_code == 422


async def test_the_clock_bar_speaks_the_pages_language(client: httpx.AsyncClient) -> None:
    bar = await client.get("/clock", params={"language": "zh"}, headers={"accept-language": "en"})

    assert "下一事件" in bar.text


async def test_who_watched_the_clock_hears_once_where_the_news_are(
    client: httpx.AsyncClient, desk: SmallDesk
) -> None:
    watching = {"person": "tang-kai", "told": "0"}
    await client.post("/clock", data={"step": "PT1H"})
    await checkpoint()
    desk.bot_says("g:huayue", Message(title=("好",)))

    first = (await client.get("/clock", params=watching)).text
    later = (await client.get("/clock", params={**watching, "told": "1"})).text

    assert 'href="/chat/tang-kai/c/g:huayue"' in first
    assert 'id="news"' not in later


async def test_a_line_tells_the_newest_of_its_replies(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    await client.post(f"{HERE}/say", data={"text": "登录不上"})
    for words in ("C-1 · 已登记", "C-1 · 处理中"):
        desk.bot_says("g:huayue", Message(title=(words,)), thread="1")

    lines = (await client.get(f"{HERE}/lines")).text

    assert "2 条回复" in lines
    assert "小铃：C-1 · 处理中" in lines


async def test_too_much_at_once_is_refused_in_the_readers_language(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{HERE}/say", data={"text": "长" * 4001})

    assert (answer.status_code, "4000" in answer.json()["detail"]) == (422, True)


async def test_mails_are_shown_newest_first_as_they_would_arrive_without_buttons(
    client: httpx.AsyncClient, desk: SmallDesk
) -> None:
    desk.mails = tuple(
        Mail(
            at=FRIDAY_NOON + timedelta(hours=hour),
            address=f"{hour}@example.com",
            message=Message(blocks=(Paragraph(("好",)), BUTTONS)),
        )
        for hour in range(2)
    )

    page = (await client.get("/outbox")).text

    assert page.index("1@example.com") < page.index("0@example.com")
    assert "补充" not in page.partition("<main")[2]


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://127.0.0.1:8300/chat/tang-kai", "/chat/tang-kai"),
        ("https://evil.example//evil.example/x", "/evil.example/x"),
        ("", "/"),
        ("http://[", "/"),
    ],
)
async def test_a_choice_is_remembered_and_leads_back_to_our_own_page(
    client: httpx.AsyncClient, referer: str, back: str
) -> None:
    answer = await client.post("/settings", data={"theme": "dark"}, headers={"referer": referer})

    assert answer.headers["location"] == back
    assert 'data-theme="dark"' in (await client.get("/people")).text


@pytest.mark.parametrize(
    ("accepted", "word"), [("en-GB,zh;q=0.5", "Who do you want"), ("zh", "以谁的身份"), ("fr", "以谁的身份")]
)
async def test_a_stranger_is_met_in_their_browsers_language(
    client: httpx.AsyncClient, accepted: str, word: str
) -> None:
    assert word in (await client.get("/people", headers={"accept-language": accepted})).text


async def test_the_api_has_a_page_of_its_own(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text

    assert "/demo/clock" in page
    assert "PT30M" in page
    assert "//" not in page.replace("http://", "").partition("<main")[2]


async def test_the_console_shows_what_failed_and_where_chat_and_directory_disagree(
    client: httpx.AsyncClient, desk: SmallDesk
) -> None:
    place = Place(LOCAL, "g:huayue")

    def fail(unit: Unit) -> None:
        unit.inbox.put(platform=LOCAL, event_id="e", lane=place.lane, payload="secret words")
        row = unit.inbox.claim()
        assert row is not None
        unit.inbox.failed(row.id, reason="KeyError", retry_at=unit.now)
        unit.inbox.park(row.id)
        unit.outbox.say(Saying(key="k", place=place, message=Message(title=("secret words",))))
        [claimed] = unit.outbox.claim_sayings(owner="me", limit=1)
        unit.outbox.dead(claimed, reason="no such channel")

    desk.store.run(fail)
    desk.people = desk.people.with_overlay({place.lane: None})

    page = (await client.get("/console", headers={"accept-language": "en"})).text

    assert "Parked events (1)" in page
    assert "KeyError" in page
    assert "Messages given up (1)" in page
    assert "no such channel" in page
    assert "The directory says otherwise" in page
    assert "secret words" not in page


async def test_the_console_shows_whom_an_alarm_reached_and_who_has_seen_it(
    client: httpx.AsyncClient, desk: SmallDesk
) -> None:
    def alarmed(unit: Unit) -> None:
        unit.registry.alarm("seen", text="first")
        unit.registry.alarm("unseen", text="second")
        first, _ = unit.alarms.take()
        for kind, channel in ((AlarmKind.DELIVERED, "mail"), (AlarmKind.UNDELIVERED, "sms")):
            unit.alarms.record(first.number, kind, {"to": "song-yi", "channel": channel, "attempt": 1})
        unit.alarms.record(first.number, AlarmKind.NOTED, {"by": "song-yi"})

    desk.store.run(alarmed)

    zh = " ".join((await client.get("/console", headers={"accept-language": "zh"})).text.split())
    en = " ".join((await client.get("/console", headers={"accept-language": "en"})).text.split())

    assert "#1 · song-yi 已送达（mail） · song-yi 未送达（sms） · song-yi 已知悉" in zh
    assert "#1 · song-yi by mail · song-yi not reached by sms · seen by song-yi" in en
    assert "#2 · seen by nobody yet" in en


async def test_readiness_names_what_fails(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    well = await client.get("/ready")
    desk.well = False
    ill = await client.get("/ready")

    assert (well.status_code, ill.status_code) == (200, 503)
    assert ill.json()["checks"]["database"]["ok"] is False
    assert (await client.get("/health")).json() == {"status": "ok"}


async def test_deadlines_that_may_still_move_are_listed_with_the_reason_and_counted(
    client: httpx.AsyncClient, desk: SmallDesk
) -> None:
    assert "暂定的时限" not in (await client.get("/console")).text
    desk.doubtful = (
        Provisional(
            case=CaseKey("C-20261120-0007"),
            promise=Bilingual("解决", "Fix"),
            due_at=FRIDAY_NOON + timedelta(days=60),
            calendar="s0_office",
            announced_to=date(2026, 12, 31),
        ),
    )

    zh = (await client.get("/console", headers={"accept-language": "zh"})).text
    en = (await client.get("/console", headers={"accept-language": "en"})).text

    assert "日历 s0_office 的节假日只公布到 2026-12-31" in zh
    assert all(each in zh for each in ("C-20261120-0007", "解决", "2027年1月19日 星期二 12:00"))
    assert "s0_office knows announced holidays to 2026-12-31" in en
    assert "casebell_provisional_cases 1.0" in (await client.get("/metrics")).text


async def test_all_deadlines_that_may_still_move_are_there_a_page_at_a_time(
    client: httpx.AsyncClient, desk: SmallDesk
) -> None:
    one = Provisional(
        case=CaseKey("C-20261120-0001"),
        promise=Bilingual("解决", "Fix"),
        due_at=FRIDAY_NOON + timedelta(days=60),
        calendar="s0_office",
        announced_to=date(2026, 12, 31),
    )
    desk.doubtful = tuple(replace(one, case=CaseKey(f"C-20261120-{n:04}")) for n in range(250))

    async def listed(query: str) -> tuple[int, str]:
        page = (await client.get(f"/console{query}", headers={"accept-language": "en"})).text
        return page.count("<td>C-"), page

    pages = [await listed(query) for query in ("", "?doubtful=2", "?doubtful=3", f"?doubtful={10**19}")]

    assert [count for count, _ in pages] == [100, 100, 50, 50]
    assert "Deadlines: 250, of cases: 250." in pages[0][1]
    assert all("Page 3 of 3" in page for _, page in pages[2:])
    assert (await client.get("/console?doubtful=0")).status_code == 422


async def test_metrics_are_read_from_the_store(client: httpx.AsyncClient, desk: SmallDesk) -> None:
    desk.store.run(lambda unit: unit.registry.alarm("a", text="disk"))

    page = (await client.get("/metrics")).text
    assert "casebell_alarms 1.0" in page
    for name in ("inbox_parked", "inbox_waiting", "outbox_dead", "outbox_oldest_seconds"):
        assert f"casebell_{name} 0.0" in page


@pytest.mark.parametrize(
    "path", ["/people", HERE, "/live", "/clock", "/outbox", "/api/people", "/demo/clock"]
)
async def test_without_a_demo_nobody_is_played_and_no_clock_is_moved(path: str) -> None:
    transport = httpx.ASGITransport(app=create_app(SmallDesk(demo=False)))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        console = await client.get("/")

        assert "运行情况" in console.text
        assert (await client.get(path)).status_code == 404
        assert (await client.post(path)).status_code in {404, 405}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("林小北", "小北"),
        ("方敏", "方敏"),
        ("Eve Turner", "ET"),
        ("Cher", "C"),
        ("欧阳 明", "欧明"),
        ("", "?"),
    ],
)
def test_a_face_carries_initials(name: str, shown: str) -> None:
    assert initials(name) == shown


def test_the_fonts_come_along_with_their_licence_and_stay_small() -> None:
    fonts = list((STATIC / "fonts").glob("*.woff2"))

    assert len(fonts) == 3
    assert sum(font.stat().st_size for font in fonts) < 2_700_000
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text(encoding="utf-8")
