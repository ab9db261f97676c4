"""The demo's desk with its directory written otherwise."""

from dataclasses import replace

from bot.directory.loader import parse_directory
from tests.scenario.world import LOCAL, THREADED, Setting, demo

ENGINEERS = "roles: [engineer, specialist]"


def edited(*changes: tuple[str, str]) -> Setting:
    """Return the demo's desk with words of its directory replaced, each wherever it stands."""
    text = (demo().folder / "directory.yaml").read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    directory = parse_directory(text, file="directory.yaml")
    return Setting(replace(demo(), directory=directory), {LOCAL: THREADED})
