"""The chat page as a test sees it: open it as somebody, say something, press something, look."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True, slots=True)
class Seen:
    """One line as it stands on the page; `text` holds a card's title, its rows and its buttons too."""

    author: str
    text: str
    buttons: tuple[str, ...]


class ChatPage:
    """One tab of the chat; what it waits for, it waits for as long as Playwright does."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.person = ""

    def open(self, person: str, conversation: str | None = None, *, thread: int | None = None) -> "ChatPage":
        """Be somebody, and open a conversation or one of its threads."""
        self.person = person
        path = f"/chat/{person}"
        if conversation:
            path += f"/c/{conversation}"
        if thread:
            path += f"/t/{thread}"
        self.page.goto(self.base + path)
        return self

    def enter(self, title: str) -> None:
        """Open a conversation from the list, by what it is called."""
        self.page.locator("#list").get_by_role("link", name=re.compile(re.escape(title))).click()
        self.page.wait_for_url("**/c/*")

    def conversations(self) -> tuple[str, ...]:
        """Return what the list offers."""
        return tuple(name.strip() for name in self.page.locator("#list .name").all_inner_texts())

    def unread(self, title: str) -> int:
        """Return how much of a conversation is marked unread."""
        entry = self.page.locator("#list a", has_text=title).first
        mark = entry.locator(".unread [aria-hidden]")
        return int(mark.inner_text()) if mark.count() else 0

    def say(self, text: str) -> None:
        """Type something where the cursor belongs, the thread if one is open, and send it with Enter."""
        area = self._pane.locator("[data-composer] textarea")
        area.fill(text)
        area.press("Enter")
        expect(area).to_have_value("")

    def press(self, label: str, answers: Mapping[str, str] | None = None) -> None:
        """Press the newest button of this label; `answers`, by their labels, fill the form it opens."""
        button = self._pane.get_by_role("button", name=re.compile(rf"^{re.escape(label)}…?$")).last
        button.click()
        if answers is not None:
            self.fill(answers)

    def fill(self, answers: Mapping[str, str]) -> None:
        """Fill the open form, by the labels of its fields, and send it."""
        dialog = self.page.get_by_role("dialog")
        for label, answer in answers.items():
            field = dialog.get_by_label(label)
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=answer)
            else:
                field.fill(answer)
        dialog.locator("button.primary").click()
        expect(dialog).to_be_hidden()

    def lines(self) -> tuple[Seen, ...]:
        """Return what is shown in the conversation, or in the thread if one is open."""
        return tuple(
            Seen(
                author=line.locator("header strong").first.inner_text(),
                text=_said(line),
                buttons=tuple(line.locator(".buttons button").all_inner_texts()),
            )
            for line in self._lines.locator("article.line").all()
        )

    def wait_for(self, text: str) -> None:
        """Wait until a line holds these words."""
        expect(self._lines.locator("article.line", has_text=text).last).to_be_visible()

    def open_thread(self, text: str) -> None:
        """Open the thread below the newest line that holds these words."""
        line = self.page.locator("#lines article.line", has_text=text).last
        line.hover()
        line.locator(".replies, .reply").click()
        self.page.wait_for_url("**/t/*")

    def now(self) -> str:
        """Return what the demo clock shows."""
        return self.page.locator("#clock-now").inner_text()

    def advance(self, label: str) -> None:
        """Move the demo clock by one of its buttons, such as “+1 h”, and wait until it stands."""
        news = self.page.locator("#news")
        if news.inner_text():
            news.get_by_role("button").click()
        self.page.locator("#clock").get_by_role("button", name=label, exact=True).click()
        expect(news).not_to_be_empty(timeout=120_000)
        expect(self.page.locator("#clock-now")).to_be_visible()

    @property
    def _pane(self) -> Locator:
        thread = self.page.locator("section.thread")
        return thread if thread.count() else self.page.locator("main")

    @property
    def _lines(self) -> Locator:
        return self._pane.locator(".lines")


def _said(line: Locator) -> str:
    parts = line.locator(".said > p, .said > .card").all_inner_texts()
    return "\n".join(part.strip() for part in parts)
