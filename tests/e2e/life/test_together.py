"""Several people look at the same things at once."""

import re

from playwright.sync_api import expect

from tests.e2e.life.conftest import Open

AT_ONCE_MS = 2_000


def test_what_somebody_says_appears_elsewhere_and_is_marked_unread(open_as: Open) -> None:
    reader = open_as("qin-shuyao", "g:huayue")
    elsewhere = open_as("he-miao", "dm:he-miao")
    colleague = open_as("tang-kai", "g:huayue")
    before = elsewhere.unread("华岳大学服务群")

    colleague.say("大家下午好")

    lines = reader.page.locator("#lines article", has_text="大家下午好")
    expect(lines).to_be_visible(timeout=AT_ONCE_MS)
    mark = elsewhere.page.locator("#list a", has_text="华岳大学服务群").locator(".unread [aria-hidden]")
    expect(mark).to_have_text(str(before + 1), timeout=AT_ONCE_MS)
    expect(elsewhere.page).to_have_title(re.compile(r"^\(\d+\) "))
    elsewhere.enter("华岳大学服务群")
    expect(mark).to_have_count(0)


def test_two_act_on_one_case_and_the_later_is_told(open_as: Open) -> None:
    customer = open_as("qin-shuyao", "g:huayue")
    customer.say("统一认证登不上了，全校师生都进不去系统")
    customer.answered("林小北")
    owner = open_as("lin-xiaobei", "dm:lin-xiaobei")
    owner.wait_for("交给您")
    lead = open_as("zhou-lan", "g:engineers")
    lead.shows("统一认证")

    lead.choose("转派", {"交给谁": "何苗"})
    lead.shows("何苗")
    owner.press("接单")

    owner.wait_for("已有变化")
    lead.shows("何苗", "待接单")
    customer.answered("何苗")


def test_a_card_changes_for_everybody_who_looks_at_it(open_as: Open) -> None:
    customer = open_as("oliver-grant", "g:bluebay")
    customer.say("The portal is down for everybody, we cannot ship anything")
    customer.answered("Response")
    first, second = open_as("eve-turner", "g:engineers"), open_as("he-miao", "g:engineers")
    second.shows("The portal is down", "待接单")

    first.choose("接单")

    expect(second.page.locator("#lines .card").last).to_contain_text("处理中", timeout=AT_ONCE_MS)


def test_the_clock_speaks_the_pages_language_and_tells_what_it_brought(open_as: Open) -> None:
    reader = open_as("fang-min", "g:chengjiang")
    clock = reader.page.locator("#clock")
    expect(clock).to_contain_text("下一事件")
    reader.page.get_by_role("button", name="English").click()
    expect(clock).to_contain_text("Next event")
    reader.page.get_by_role("button", name="中文").click()

    colleague = open_as("fang-min", "dm:fang-min")
    reader.say("@小铃 核心交换机宕机了，全院断网")
    reader.answered("负责人")
    colleague.advance("+1 小时")

    news = colleague.page.locator("#news")
    expect(news).to_contain_text("途中发出")
    reader.page.get_by_role("button", name="收起").click()
    expect(reader.page.locator("#news")).to_be_empty()
