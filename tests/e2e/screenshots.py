"""Draws the pictures of the documents from a real demo: `screenshots.py FOLDER`."""

import os
import shutil
import sys
import tempfile
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.life.conftest import start_demo
from tests.e2e.life.window import Looks, Window
from tests.e2e.process.desk import ROOT, Desk, finish

WIDE = Looks(width=1280, height=860, language="zh-CN")
DARK = Looks(width=1280, height=860, dark=True, language="zh-CN")
ENGLISH = Looks(width=1280, height=860)
PHONE = Looks(width=390, height=844, language="zh-CN")
MONDAY = 0
OPENING = time(9, 40)
"""When the pictures play: soon after the desk opens."""
LARGEST = 250_000
"""No picture has more bytes."""


class Album:
    """Takes pictures of windows into a folder."""

    def __init__(self, browser: Browser, base: str, folder: Path) -> None:
        self._browser = browser
        self._base = base
        self._folder = folder

    def window(self, person: str, conversation: str, looks: Looks) -> Window:
        """Open a window for a person."""
        window = Window(self._browser, self._base, looks)
        window.open(person, conversation)
        return window

    def take(self, window: Window, name: str) -> None:
        """Take a picture of a window at rest, without the cursor and what only just changed."""
        if window.page.locator("#news .close").count():
            window.page.locator("#news .close").click()
        window.page.mouse.move(0, 0)
        window.page.evaluate("document.activeElement.blur()")
        window.page.evaluate("document.fonts.ready")
        file = self._folder / f"{name}.png"
        window.page.screenshot(path=file, animations="disabled")
        size = file.stat().st_size
        assert size < LARGEST, f"{file} has {size} bytes"
        print(f"{file}  {size // 1024} kB")


def in_chinese(album: Album) -> None:
    """A fault at the university, up to the manager's rung."""
    customer = album.window("qin-shuyao", "g:huayue", WIDE)
    customer.say("统一认证登不上了，全校师生都进不去系统")
    customer.answered("负责人")
    engineer = album.window("lin-xiaobei", "g:engineers", WIDE)
    engineer.shows("统一认证", "待接单")
    album.take(engineer, "engineers.zh")

    engineer.choose("接单")
    engineer.shows("处理中")
    engineer.choose("回复客户", {"内容": "正在查认证服务器，请先用备用入口登录。"})
    engineer.answered("将看到")
    album.take(engineer, "reply.zh")
    engineer.choose("时限")
    engineer.press("画成图")
    picture = engineer.page.locator("section.thread .file img")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", value=True)
    album.take(engineer, "clocks.zh")
    engineer.advance("+30 分钟")
    customer.answered("备用入口")
    album.take(customer, "chat.zh")
    telephone = album.window("qin-shuyao", "g:huayue", PHONE)
    album.take(telephone, "phone.group")
    telephone.page.locator("#lines .replies").last.click()
    album.take(telephone, "phone")

    engineer.advance("+1 小时")
    manager = album.window("xu-zhiyuan", "dm:xu-zhiyuan", WIDE)
    expect(manager.page.locator("#lines .card").last).to_be_visible()
    album.take(manager, "supervisor.zh")
    dark = album.window("lin-xiaobei", "g:engineers", DARK)
    dark.page.locator("#lines .replies").last.click()
    album.take(dark, "dark")
    manager.page.goto(f"{manager.base}/outbox")
    expect(manager.page.locator("article.mail").first).to_be_visible()
    album.take(manager, "outbox.zh")


def in_english(album: Album) -> None:
    """A fault at the logistics company, and its engineer's answer."""
    customer = album.window("oliver-grant", "g:bluebay", ENGLISH)
    customer.say("The portal is down for everybody, we cannot ship anything")
    customer.answered("Response")
    engineer = album.window("eve-turner", "dm:eve-turner", ENGLISH)
    engineer.press("Acknowledge")
    customer.say("It began at half past nine, right after the update")
    customer.answered("half past nine", "in progress")
    expect(customer.page.locator("#lines .replies")).to_contain_text("2")
    album.take(customer, "chat")
    engineer.press("Reply to customer", {"Text": "We see it: the load balancer lost its certificate."})
    engineer.wait_for("30 seconds")
    album.take(engineer, "engineer")


def imagined(folder: Path) -> None:
    """What `casebell simulate` draws of a report before a long holiday, in both languages."""
    plan = ("s4_response5", "--opened", "2026-09-30T16:50", "--level", "2", "--reminders", "none")
    for language, name in (("en", "simulate"), ("zh", "simulate.zh")):
        file = folder.absolute() / f"{name}.png"
        drawn = finish("simulate", *plan, "--language", language, "--png", str(file), folder=ROOT)
        drawn.check_returncode()
        print(f"{file}  {file.stat().st_size // 1024} kB")


def to_monday(desk: Desk) -> None:
    """Move the demo to the morning of the next Monday."""
    with desk.client as client:
        told = client.get("/demo/clock").json()
    now = datetime.fromisoformat(told["now"]).astimezone(ZoneInfo(told["zone"]))
    monday = now.date() + timedelta(days=(MONDAY - now.weekday()) % 7 or 7)
    wait = datetime.combine(monday, OPENING, now.tzinfo) - now
    desk.advance(f"PT{wait // timedelta(minutes=1)}M")


def main(folder: Path) -> None:
    """Start the demo and take every picture."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    folder.mkdir(parents=True, exist_ok=True)
    imagined(folder)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        for story in (in_chinese, in_english):
            home = Path(data) / story.__name__
            home.mkdir()
            desk = start_demo(home)
            to_monday(desk)
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            try:
                story(Album(browser, desk.address.rstrip("/"), folder))
            finally:
                browser.close()
                desk.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
