"""A directory may only name channels that there are."""

from pathlib import Path
from shutil import copy

import pytest

from bot.configuration import load_configuration
from bot.core.errors import ConfigError
from bot.settings import PROJECT

DEMO = PROJECT / "demo" / "directory.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = DEMO.read_text(encoding="utf-8")
    alerts = "    alerts: [mail, sms, {by: pager, to: x}]\n    skills: [hardware]"
    (tmp_path / "directory.yaml").write_text(text.replace("    skills: [hardware]", alerts), encoding="utf-8")
    return tmp_path


def test_an_unknown_channel_is_told_with_its_line(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_configuration(folder)

    assert [fault.field for fault in caught.value.faults] == ["people[2].alerts[1]", "people[2].alerts[2].by"]
    assert "expected a channel of channels.toml (mail), found 'sms'" in str(caught.value)


def test_the_shipped_example_is_valid_and_makes_its_channel_known(folder: Path) -> None:
    copy(PROJECT / "config" / "channels.toml.example", folder / "channels.toml")
    with (folder / "channels.toml").open("a", encoding="utf-8") as file:
        file.write('[channels.pager]\nurl = "json://127.0.0.1/{to}"\n')

    assert load_configuration(folder).channels == {"sms", "pager"}
