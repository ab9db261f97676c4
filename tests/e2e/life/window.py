"""A browser window of one person, watched for everything a page must not do."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Browser, Error, expect

from tests.e2e.chat.page import ChatPage

PATIENCE_MS = 10_000
UNNAMED = re.compile(r"- (?:button|link|textbox|combobox|checkbox)(?:$|:| \[)", re.MULTILINE)
"""A control without a name, as the accessibility tree writes it."""

UNREADABLE = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join("").trim();
    const style = getComputedStyle(element);
    if (!words || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (style.clipPath !== "none" || element.closest("[aria-hidden], :disabled, .aside")) continue;
    const [a, b] = [light(parts(style.color)), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${words.slice(0, 40)}`);
  }
  return faint;
}"""
"""Words whose contrast is below WCAG's AA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How a window is: its size, light and language."""

    width: int = 1360
    height: int = 860
    dark: bool = False
    language: str = "en-GB"


DESKTOP = Looks()
PHONE = Looks(width=390, height=844)


class Window(ChatPage):
    """The chat in a window with cookies of its own; what is wrong in it is taken down in `faults`."""

    def __init__(self, browser: Browser, base: str, looks: Looks = DESKTOP) -> None:
        context = browser.new_context(
            locale=looks.language,
            viewport={"width": looks.width, "height": looks.height},
            color_scheme="dark" if looks.dark else "light",
        )
        context.set_default_timeout(PATIENCE_MS)
        super().__init__(context.new_page(), base)
        self.faults: list[str] = []
        self.page.on("console", lambda message: self._complained(message.type, message.text))
        self.page.on("pageerror", lambda error: self._complained("error", str(error)))
        self.page.on("request", lambda request: self._asked(request.url))

    def close(self) -> list[str]:
        """Leave the page, so that its live stream ends, close the window and return what was wrong in it.

        The context is left to the browser: closing one while a stream is open hung now and then.
        """
        faults = list(self.faults)
        with suppress(Error):  # an answer may be opening its thread at this very moment
            self.page.goto("about:blank")
        self.page.close()
        return faults

    def forgive(self, *words: str) -> None:
        """Strike out what the browser complains about on purpose."""
        assert self.faults
        self.faults = [fault for fault in self.faults if not any(word in fault for word in words)]

    def answered(self, *texts: str) -> None:
        """Wait until the thread beside, opened by itself, holds these words."""
        for text in texts:
            lines = self.page.locator("section.thread .lines article", has_text=text)
            expect(lines.last).to_be_visible()
        self.page.wait_for_load_state()

    def shows(self, *texts: str) -> None:
        """Wait until the newest card of the group itself shows all of this."""
        card = self.page.locator("#lines .card").last
        for text in texts:
            expect(card).to_contain_text(text)

    def choose(self, label: str, answers: Mapping[str, str] | None = None) -> None:
        """Press a button of the newest card in the group itself, and fill the form it opens."""
        button = self.page.locator("#lines").get_by_role("button", name=re.compile(f"^{re.escape(label)}…?$"))
        button.last.click()
        if answers is not None:
            self.fill(answers)

    def tab_to(self, name: str) -> None:
        """Press Tab until the focus is on something of this name, and see that the focus shows."""
        here = self.page.locator(":focus")
        for _ in range(90):
            self.page.keyboard.press("Tab")
            if here.count() and name in here.evaluate(
                "e => e.getAttribute('aria-label') || e.innerText || ''"
            ):
                assert here.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
                return
        raise AssertionError(f"Tab never came to {name}")

    def faint_or_unnamed(self) -> list[str]:
        """Return words that do not stand out, by day and in the dark, and controls without a name."""
        found: list[str] = UNNAMED.findall(self.page.locator("body").aria_snapshot())
        for light in ("light", "dark"):
            self.page.emulate_media(color_scheme="dark" if light == "dark" else "light")
            found += [f"{light}: {faint}" for faint in self.page.evaluate(UNREADABLE)]
        return found

    def _complained(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:")):
            self.faults.append(f"asked {url}")
