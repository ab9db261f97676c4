"""What people type: nothing is lost, nothing breaks the page, and what is wrong is told where it is."""

from playwright.sync_api import Locator, expect

from tests.e2e.life.conftest import Open
from tests.e2e.life.window import PHONE, Window

EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
LOG = "\n".join(f"2026-11-20 09:{minute:02}:00 ERROR   pool exhausted <{minute}>" for minute in range(55))
WORD = "x" * 600
MIXED = "مرحبا 你好 👩‍🚒 שלום"


def line(window: Window, text: str) -> Locator:
    return window.page.locator("#lines .typed", has_text=text).last


def test_whatever_is_typed_is_shown_as_it_was_typed(open_as: Open) -> None:
    engineer = open_as("eve-turner", "g:lobby")
    for text in (EVIL, LOG, WORD, MIXED):
        engineer.say(text)

    expect(line(engineer, "onerror")).to_have_text(EVIL)
    pasted = line(engineer, "pool exhausted")
    assert pasted.inner_text() == LOG
    assert "mono" in pasted.evaluate("e => getComputedStyle(e).fontFamily").lower()
    assert pasted.evaluate("e => e.clientHeight < e.scrollHeight")
    expect(line(engineer, "مرحبا")).to_have_text(MIXED)
    engineer.page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    assert engineer.page.evaluate("document.documentElement.scrollWidth") == PHONE.width


def test_too_much_at_once_stays_with_the_writer(open_as: Open) -> None:
    customer = open_as("fang-min", "g:lobby")
    area = customer.page.locator("#lines-text")
    area.fill("长" * 4001)
    area.press("Enter")

    assert "4000" in area.evaluate("e => e.validationMessage")
    customer.page.reload()
    expect(area).to_have_value("长" * 4001)
    area.fill("短")
    area.press("Enter")
    customer.wait_for("短")
    expect(area).to_have_value("")


def test_a_line_that_does_not_get_through_is_kept(open_as: Open) -> None:
    engineer = open_as("he-miao", "g:lobby")
    area = engineer.page.locator("[data-composer] textarea")
    engineer.page.context.set_offline(True)
    area.fill("断网时写的")
    area.press("Enter")

    expect(engineer.page.locator("#toast")).not_to_be_empty()
    expect(area).to_have_value("断网时写的")
    engineer.page.context.set_offline(False)
    area.press("Enter")
    engineer.wait_for("断网时写的")
    engineer.forgive("ERR_INTERNET_DISCONNECTED", "htmx:")


def test_a_form_says_next_to_it_what_is_missing(open_as: Open) -> None:
    customer = open_as("qin-shuyao", "g:huayue")
    customer.say("统一认证登不上了，全校师生都进不去系统")
    customer.answered("负责人")
    engineer = open_as("lin-xiaobei", "g:engineers")
    engineer.choose("回复客户")
    form = engineer.page.get_by_role("dialog")
    form.locator("textarea").fill("   ")
    form.get_by_role("button", name="确定").click()

    expect(form.get_by_role("alert")).to_have_text("请填写：内容")
    form.locator("textarea").fill("在看了")
    form.get_by_role("button", name="确定").click()
    engineer.answered("在看了")
    engineer.forgive("422")


def test_a_wrong_command_is_answered_with_the_right_form(open_as: Open) -> None:
    engineer = open_as("he-miao", "g:lobby")
    engineer.say("/case level 9999 7")

    engineer.wait_for("9999")
