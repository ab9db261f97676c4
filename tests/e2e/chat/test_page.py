"""The chat page in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from bot.core.message import Bold, Button, Buttons, Field, Fields, Message, Style, Tone
from bot.core.people import CaseKey
from tests.e2e.chat.conftest import Served
from tests.e2e.chat.page import ChatPage

KEY = CaseKey("C-20261120-0007")
Tab = Callable[[], ChatPage]


def card(owner: str) -> Message:
    return Message(
        title=(Bold(KEY), " 统一认证登不上"),
        tone=Tone.ALARM,
        blocks=(
            Fields((Field("Owner", (owner,)),)),
            Buttons(
                (
                    Button("Take", "ack", KEY, as_of=1, style=Style.PRIMARY),
                    Button("Fault level", "level", KEY, as_of=1),
                )
            ),
        ),
    )


def test_what_one_says_the_other_reads_without_reloading(tab: Tab) -> None:
    customer, engineer = tab(), tab()
    engineer.open("eve-turner", "g:huayue")
    customer.open("tang-kai", "g:huayue")

    customer.say("认证登不上了 <b>急</b>")
    engineer.page.bring_to_front()

    engineer.wait_for("认证登不上了 <b>急</b>")
    assert [line.author for line in engineer.lines()] == ["Tang Kai"]


def test_a_person_finds_only_what_is_theirs(tab: Tab) -> None:
    page = tab().open("fang-min")

    assert page.conversations() == ("澄江市医院服务群", "与小铃私聊\n只有你和小铃", "大厅\n未绑定客户的群")


def test_a_button_that_needs_words_asks_for_them_first(tab: Tab, served: Served) -> None:
    served.desk.bot_says("g:engineers", card("nobody"))
    page = tab().open("eve-turner", "g:engineers")

    page.press("Fault level", {"Fault level": "Level 2", "Reason": "half the campus"})

    row = served.desk.received()
    assert row is not None
    assert '"words":"2 half the campus"' in row.payload
    assert '"as_of":1' in row.payload


def test_a_press_is_not_lost_among_refreshes(tab: Tab, served: Served) -> None:
    button = Button("Acknowledge", "ack", KEY, as_of=1)
    served.desk.bot_says("g:engineers", Message(blocks=(Buttons((button,)),)))
    page = tab().open("eve-turner", "g:engineers").page
    held: list[Route] = []
    page.route("**/lines*", lambda route: held.append(route))  # noqa: PLW0108 - it asks for a signature
    refresh = "htmx.trigger(document.body, 'changed')"

    page.evaluate(refresh)
    with page.expect_response("**/press"):
        page.get_by_role("button", name="Acknowledge").click()
        page.evaluate(refresh)
        for route in held:
            route.continue_()

    assert served.desk.received() is not None


def test_a_card_changes_where_it_stands(tab: Tab, served: Served) -> None:
    seq = served.desk.bot_says("g:engineers", card("nobody"))
    page = tab().open("eve-turner", "g:engineers")

    served.desk.bot_edits(seq, card("Eve Turner"))

    expect(page.page.locator("#lines dd")).to_have_text("Eve Turner")
    assert len(page.lines()) == 1


def test_a_thread_stays_below_its_line(tab: Tab) -> None:
    page = tab().open("tang-kai", "g:huayue")
    page.say("打印机坏了")
    page.open_thread("打印机坏了")

    page.say("三楼那台")
    page.wait_for("三楼那台")

    assert [line.text for line in page.lines()] == ["三楼那台"]
    expect(page.page.locator("#lines .replies")).to_have_count(1)


def test_words_typed_before_the_scripts_came_are_kept(tab: Tab) -> None:
    page = tab()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.page.route("**/writing.js", hold)
    with page.page.expect_request("**/writing.js"):
        page.page.goto(f"{page.base}/chat/tang-kai/c/g:huayue", wait_until="commit")
    area = page.page.locator("[data-composer] textarea")

    area.fill("打印机坏了")
    held[0].continue_()
    page.page.wait_for_load_state()

    expect(area).to_have_value("打印机坏了")


def test_the_clock_moves_and_shows_where_it_stands(tab: Tab, served: Served) -> None:
    page = tab().open("eve-turner", "g:engineers")
    expect(page.page.locator("#clock-now")).to_have_text("Fri 20 Nov 2026 12:00")

    page.advance("+1 month")

    expect(page.page.locator("#clock-now")).to_have_text("Sun 20 Dec 2026 12:00")
    assert served.desk.clock.steps == [timedelta(days=30)]


def test_unread_marks_go_when_one_looks(tab: Tab, served: Served) -> None:
    served.desk.bot_says("g:engineers", card("nobody"))
    page = tab().open("eve-turner")
    assert page.unread("Engineers") == 1

    page.enter("Engineers")

    expect(page.page.locator("#list .unread")).to_have_count(0)


def test_a_reader_chooses_language_and_light(tab: Tab) -> None:
    page = tab().open("eve-turner", "g:engineers")

    page.page.get_by_role("button", name="中文").click()
    expect(page.page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.page.get_by_label("外观").click()
    page.page.get_by_role("button", name="深色").click()

    expect(page.page.locator("main")).to_have_css("background-color", "rgb(22, 29, 28)")


@pytest.mark.parametrize("path", ["people", "chat/tang-kai", "chat/tang-kai/c/g:huayue", "outbox", "docs"])
def test_nothing_sticks_out_of_a_phone(context: BrowserContext, served: Served, path: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto(f"{served.base}/{path}")

    expect(page.locator("#clock-now")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_no_policy_is_broken_and_nothing_is_fetched_from_elsewhere(
    context: BrowserContext, served: Served
) -> None:
    page = context.new_page()
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{served.base}/chat/eve-turner/c/g:engineers")
    expect(page.locator("#clock-now")).to_be_visible()

    assert told == []
    assert [url for url in asked if not url.startswith(served.base)] == []


def test_everything_is_reached_with_the_keyboard(tab: Tab, served: Served) -> None:
    served.desk.bot_says("g:engineers", card("nobody"))
    page = tab().open("eve-turner", "g:engineers").page
    page.locator("#lines button").first.focus()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#lines button").nth(1)).to_be_focused()
