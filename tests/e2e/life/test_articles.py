"""Articles kept in a browser: found, changed, refused with the line, taken back; the chat knows at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.life.conftest import Open
from tests.e2e.life.window import PHONE, Looks, Window

CHINESE = Looks(language="zh-CN")
LIN, QIN = "lin-xiaobei", "qin-shuyao"
HUAYUE = "g:huayue"


@pytest.fixture
def keeper(open_as: Open) -> Window:
    """The page of the articles, as an engineer opens it from the chat."""
    window = open_as(LIN, "g:engineers", CHINESE)
    window.page.get_by_role("link", name="知识库").click()
    expect(window.page.get_by_role("heading", level=1)).to_contain_text("知识库 (")
    return window


def opened(page: Page, name: str) -> None:
    """Find an article by its id and open it."""
    page.get_by_label("包含").fill(name)
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name=name, exact=True).click()


def rewrite(page: Page, old: str, new: str) -> None:
    """Change words of the text and save it."""
    area = page.get_by_label("内容")
    text = area.input_value()
    assert old in text
    area.fill(text.replace(old, new))
    page.get_by_role("button", name="保存").click()


def test_what_is_changed_on_the_page_is_answered_in_the_chat_at_once(open_as: Open, keeper: Window) -> None:
    page = keeper.page
    opened(page, "account-locked")
    expect(page.get_by_role("heading", level=1)).to_have_text("账号被锁了怎么解锁？")

    rewrite(page, "## zh\n\n", "## zh\n\n先看第七条规定。\n\n")

    expect(page.locator(".preview")).to_contain_text("先看第七条规定。")
    expect(page.locator(".history")).to_contain_text("林小北")
    customer = open_as(QIN, HUAYUE, CHINESE)
    customer.say("账号被锁了怎么解锁")
    customer.answered("先看第七条规定。", "依据：")


def test_what_is_wrong_is_shown_with_its_line_and_nothing_typed_is_lost(keeper: Window) -> None:
    page = keeper.page
    opened(page, "audit-log")

    rewrite(page, "audience: all", "audience: 大家")

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(re.compile(r"第 \d+ 行 · audience · 只能写 all 或 staff"))
    expect(alert.locator("pre")).to_have_text("audience: 大家")
    assert "audience: 大家" in page.get_by_label("内容").input_value()
    keeper.forgive("422")

    rewrite(page, "audience: 大家", "audience: staff")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("link", name="知识库").first.click()
    expect(page.locator("tr", has_text="audit-log")).to_contain_text("员工")


def test_whoever_was_slower_keeps_what_they_typed(open_as: Open, keeper: Window) -> None:
    other = open_as("zhou-lan", "g:engineers", CHINESE)
    for window in (keeper, other):
        window.page.goto(f"{window.base}/articles/auto-close")
    rewrite(other.page, "## zh\n\n", "## zh\n\n组长改的。\n\n")
    expect(other.page.locator(".preview")).to_contain_text("组长改的。")

    rewrite(keeper.page, "## zh\n\n", "## zh\n\n工程师改的。\n\n")

    expect(keeper.page.get_by_role("alert")).to_contain_text("又改过")
    assert "工程师改的。" in keeper.page.get_by_label("内容").input_value()
    keeper.forgive("409")


def test_an_article_is_retired_and_taken_back(open_as: Open, keeper: Window) -> None:
    page = keeper.page
    opened(page, "certificate-expired")
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_role("button", name="停用")).to_have_count(0)
    customer = open_as(QIN, HUAYUE, CHINESE)
    customer.say("@bot 知识库 看 certificate-expired")
    customer.answered("没有知识条目")

    page.get_by_role("button", name="撤销上一次修改").click()

    expect(page.locator(".history")).to_contain_text("撤销")
    customer.say("@bot 知识库 看 certificate-expired")
    customer.answered("网页提示证书过期怎么更新？")


def test_a_new_article_is_written_from_an_empty_form(keeper: Window) -> None:
    page = keeper.page
    page.get_by_role("link", name="新条目").click()
    area = page.get_by_label("内容")
    text = area.input_value()
    for old, new in (
        ("id:", "id: guest-wifi"),
        ('zh: ""', 'zh: "访客怎么上网？"'),
        ('en: ""', 'en: "How do guests get wifi?"'),
        ("## zh\n", "## zh\n\n在前台登记。\n"),
        ("## en\n", "## en\n\nAt the front desk.\n"),
    ):
        text = text.replace(old, new)
    area.fill(text)
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("访客怎么上网？")
    expect(page.locator(".preview article")).to_have_count(2)


def test_a_draft_of_a_solved_case_is_looked_through_and_published(open_as: Open) -> None:
    customer = open_as("shi-lei", "g:yuanshan", CHINESE)
    customer.say("@bot 报障 打印机卡纸了")
    customer.answered("已登记")
    card = customer.page.locator("section.thread .card").last.inner_text()
    number = re.search(r"C-\d{8}-\d{4}", card)
    assert number
    engineer = open_as(LIN, "dm:lin-xiaobei", CHINESE)
    engineer.say(f"接手 {number[0]}")
    engineer.wait_for("由您负责")
    engineer.say(f"解决 {number[0]} 石磊打开后盖取出纸即可，问题打 13912345678")
    engineer.say(f"知识库 新增 {number[0]}")
    engineer.wait_for("草稿 1")

    page = engineer.page
    page.goto(f"{engineer.base}/articles")
    page.get_by_role("link", name="1 · 打印机卡纸了").click()
    expect(page.locator(".preview")).to_contain_text("[…]打开后盖取出纸即可，问题打 […]")
    area = page.get_by_label("内容")
    area.fill(area.input_value().replace("[…]打开后盖取出纸即可，问题打 […]", "打开后盖取出纸。"))
    page.get_by_role("button", name="发布").click()

    expect(page.locator(".preview")).to_contain_text("打开后盖取出纸。")
    expect(page.locator(".history")).to_contain_text(number[0])


def test_customers_find_no_such_page(open_as: Open) -> None:
    customer = open_as(QIN, HUAYUE, CHINESE)
    expect(customer.page.get_by_role("link", name="知识库")).to_have_count(0)
    for path in ("articles", "articles/vpn-691", "articles/drafts/1"):
        answer = customer.page.goto(f"{customer.base}/{path}")
        assert answer
        assert answer.status == 404
    customer.forgive("404")


def test_every_word_stands_out_and_every_control_has_a_name(keeper: Window) -> None:
    for path in ("articles", "articles?q=vpn", "articles/vpn-691", "articles/new"):
        keeper.page.goto(f"{keeper.base}/{path}")
        assert (path, keeper.faint_or_unnamed()) == (path, [])
    rewrite(keeper.page, "audience: all", "audience: some")
    expect(keeper.page.get_by_role("alert")).to_be_visible()
    assert keeper.faint_or_unnamed() == []
    keeper.forgive("422")


def test_a_telephone_shows_the_pages_without_scrolling_sideways(open_as: Open) -> None:
    window = open_as(LIN, "g:engineers", PHONE)
    for path in ("articles", "articles/vpn-691"):
        window.page.goto(f"{window.base}/{path}")
        assert window.page.evaluate("document.documentElement.scrollWidth") == PHONE.width, path
