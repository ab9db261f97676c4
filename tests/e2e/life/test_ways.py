"""The same desk on a telephone, in the dark, and for a screen reader."""

import re

from playwright.sync_api import expect

from tests.e2e.life.conftest import Open
from tests.e2e.life.window import PHONE


def test_on_a_telephone_the_answer_is_told_below_the_message(open_as: Open) -> None:
    customer = open_as("shi-lei", "g:yuanshan", PHONE)
    customer.say("排产系统打不开，全厂都停了")

    told = customer.page.locator("#lines .replies").last
    expect(told).to_contain_text(re.compile(r"C-\d+-\d+"))
    told.click()
    customer.answered("负责人")
    expect(customer.page.locator("main")).to_be_hidden()
    assert customer.page.evaluate("document.documentElement.scrollWidth") == PHONE.width
    customer.page.locator("section.thread .back").click()
    customer.wait_for("全厂都停了")
    customer.page.locator("main .back").click()
    expect(customer.page.locator("#list .name", has_text="远山制造服务群")).to_be_visible()


def test_every_word_stands_out_and_every_control_has_a_name(open_as: Open) -> None:
    customer = open_as("oliver-grant", "g:bluebay")
    customer.say("The portal is down for everybody, we cannot ship anything")
    customer.answered("Response")
    engineer = open_as("lin-xiaobei", "g:engineers")
    engineer.shows("The portal is down")
    engineer.choose("回复客户")
    expect(engineer.page.get_by_role("dialog")).to_be_visible()

    assert engineer.faint_or_unnamed() == []
    for path in ("", "people", "outbox", "docs", "chat/eve-turner", "chat/eve-turner/c/dm:eve-turner"):
        if path:
            customer.page.goto(f"{customer.base}/{path}")
        assert (path, customer.faint_or_unnamed()) == (path, [])


def test_a_screen_reader_finds_its_way_and_hears_what_arrives(open_as: Open) -> None:
    page = open_as("fang-min", "g:chengjiang").page

    expect(page.get_by_role("banner")).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("navigation")).to_have_count(2)
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("textbox")).to_have_accessible_name("在“澄江市医院服务群”里说")
    expect(page.locator("#toast")).to_have_attribute("role", "status")
