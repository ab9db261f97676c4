"""Channels the operator set up: what the file may say, and where secrets come from."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.alerts.channels import open_channels, read_channels
from bot.core.errors import ConfigError

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise imports it

SMS = """
# Text messages
[channels.sms]
url = "json://user:${CASEBELL_SECRET_SMS}@127.0.0.1:9/{to}"
"""
SECRETS: Mapping[str, SecretStr] = {"CASEBELL_SECRET_SMS": SecretStr("hush/hush")}


def folder(path: Path, text: str) -> Path:
    (path / "channels.toml").write_text(text, encoding="utf-8")
    return path


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_channels(tmp_path) == {}
    assert open_channels(tmp_path, {}) == {}


def test_a_secret_comes_from_the_environment_and_is_never_shown(tmp_path: Path) -> None:
    [(name, channel)] = open_channels(folder(tmp_path, SMS), SECRETS).items()

    assert name == "sms"
    assert "hush" not in repr(channel)
    [service] = list(channel._to("+86 1"))
    assert (service.password, service.fullpath) == ("hush/hush", "/+86%201")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (SMS, "channels.toml:4: channels.sms.url: set CASEBELL_SECRET_SMS in the environment"),
        (SMS.replace("{to}", "me"), "an address that Apprise can read, with {to} in it"),
        (SMS.replace("json:", "smoke:"), "an address that Apprise can read"),
        (SMS.replace("url", "uri"), "channels.toml:4: channels.sms.uri"),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, text: str, fault: str) -> None:
    secrets = {} if text == SMS else SECRETS

    with pytest.raises(ConfigError) as caught:
        open_channels(folder(tmp_path, text), secrets)

    assert fault in str(caught.value)
