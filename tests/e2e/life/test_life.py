"""A case from the first word to the stars, by clicking."""

import re

from playwright.sync_api import expect

from tests.e2e.life.conftest import Open
from tests.e2e.life.window import Window

FAULT = "统一认证登不上了，全校师生都进不去系统"


def test_the_whole_life_of_a_case(open_as: Open) -> None:
    customer, engineer = open_as("qin-shuyao", "g:huayue"), open_as("lin-xiaobei", "g:engineers")

    it_is_reported(customer)
    it_is_acknowledged_and_answered(customer, engineer)
    it_is_solved(customer, engineer)
    silence_closes_it(customer, engineer)
    it_comes_back_and_is_confirmed(customer, engineer)


def it_is_reported(customer: Window) -> None:
    customer.say(FAULT)
    customer.answered("P1")
    for promised in ("响应", "开始支持", "诊断结果", "林小北"):
        customer.answered(promised)


def it_is_acknowledged_and_answered(customer: Window, engineer: Window) -> None:
    engineer.shows(FAULT, "待接单")
    engineer.press("接单")
    engineer.answered("已由您接单")
    engineer.shows("处理中")

    engineer.choose("回复客户", {"内容": "先请大家稍等"})
    engineer.answered("华岳大学 将看到")
    engineer.press("撤回")
    engineer.answered("客户没有看到")
    engineer.choose("回复客户", {"内容": "正在查认证服务器，请先用备用入口"})
    expect(engineer.page.locator("section.thread blockquote", has_text="备用入口")).to_be_visible()
    engineer.advance("+30 分钟")
    customer.answered("正在查认证服务器，请先用备用入口")
    expect(customer.page.locator("section.thread")).not_to_contain_text("先请大家稍等")


def it_is_solved(customer: Window, engineer: Window) -> None:
    engineer.choose("定级", {"等级": "2 · 主要功能失效", "理由": "备用入口可用"})
    engineer.shows("P2")
    customer.answered("备用入口可用")
    engineer.choose("诊断", {"内容": "认证服务器磁盘写满"})
    customer.answered("认证服务器磁盘写满")
    engineer.choose("解决", {"解决办法": "已清理磁盘并加了监控"})
    customer.answered("已清理磁盘并加了监控")
    solution = customer.page.locator("section.thread article", has_text="已清理磁盘并加了监控").last
    expect(solution.get_by_role("button")).to_have_text(["已解决", "仍有问题…"])


def silence_closes_it(customer: Window, engineer: Window) -> None:
    engineer.advance("+1 个月")
    expect(engineer.page.locator("#news")).to_contain_text("华岳大学服务群")
    engineer.advance("+1 天")
    expect(engineer.page.locator("#news")).to_contain_text("邮件")
    customer.answered("关闭")
    engineer.page.goto(engineer.base + "/outbox")
    expect(engineer.page.locator("article.mail", has_text="已自动关闭").first).to_contain_text(
        "qin.shuyao@example.com"
    )


def it_comes_back_and_is_confirmed(customer: Window, engineer: Window) -> None:
    customer.press("仍有问题", {"理由": "今天早上又登不上了"})
    engineer.open("lin-xiaobei", "g:engineers")
    engineer.shows("待接单")
    engineer.choose("解决", {"解决办法": "换了磁盘"})
    customer.answered("换了磁盘")
    customer.press("已解决")
    surveys = customer.page.locator("section.thread article", has_text="请评价")
    expect(surveys).to_have_count(2)  # it closed twice
    customer.press("★★★★★ 很满意")
    customer.answered("谢谢您的评价")


def test_the_same_in_english(open_as: Open) -> None:
    customer = open_as("oliver-grant", "g:bluebay")
    customer.say("The portal is down for everybody, we cannot ship anything")
    customer.answered("Response")

    engineer = open_as("eve-turner", "dm:eve-turner")
    engineer.press("Acknowledge")
    engineer.wait_for("acknowledged by you")
    engineer.press("Reply to customer", {"Text": "We are on it"})
    engineer.wait_for("30 seconds")
    engineer.advance("+30 min")
    customer.answered("We are on it")
    number = re.findall(r"C-\d+-\d+", engineer.lines()[-1].text)[-1]
    engineer.say(f"solve {number} The load balancer is back")
    customer.answered("The load balancer is back")
    customer.press("Solved")
    customer.answered("how was it?")
    customer.press("★★★★ good")
    customer.answered("Thank you for the rating.")
