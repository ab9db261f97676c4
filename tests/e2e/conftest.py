"""A browser for every test that looks at pages."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

PATIENCE_MS = 20_000
"""How long something may take to appear on a machine that does other things besides."""


@pytest.fixture(scope="module")  # no longer: its loop would stand in the way of async tests
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: set CHROMIUM to its path")
        pytest.skip("no Chromium: set CHROMIUM to its path")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()
