"""Everything without a mouse."""

from playwright.sync_api import expect

from tests.e2e.life.conftest import Open


def test_a_case_is_reported_taken_and_answered_without_a_mouse(open_as: Open) -> None:
    customer = open_as("tang-kai", "g:huayue")
    keys = customer.page.keyboard
    keys.type("选课系统很慢，几个老师反映")
    keys.press("Enter")
    customer.answered("负责人")
    expect(customer.page.locator("section.thread textarea")).to_be_focused()
    keys.type("主要是下午")
    keys.press("Enter")
    customer.answered("主要是下午")

    engineer = open_as("lin-xiaobei", "g:engineers")
    keys = engineer.page.keyboard
    engineer.shows("选课系统很慢")
    engineer.tab_to("接单")
    keys.press("Enter")
    engineer.answered("已由您接单")
    engineer.tab_to("回复客户…")
    keys.press("Enter")
    form = engineer.page.get_by_role("dialog")
    expect(form).to_be_visible()
    keys.type("马上看")
    keys.press("Escape")
    expect(form).to_be_hidden()
    expect(engineer.page.locator(":focus")).to_have_text("回复客户…")
    keys.press("Enter")
    expect(form).to_be_visible()
    expect(form.locator("textarea")).to_be_focused()
    expect(form.locator("textarea")).to_have_value("马上看")
    engineer.tab_to("确定")
    keys.press("Enter")
    engineer.answered("将看到")
