import json
import re
from pathlib import Path

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient
from typer.testing import CliRunner

from bot.__main__ import app
from bot.platforms import slack
from bot.platforms.slack.account import Mode
from bot.platforms.slack.client import METHODS
from bot.platforms.slack.intake import NEWS, SAME_NEWS
from bot.platforms.slack.manifest import COMMANDS, EVENTS, SCOPES, WITHOUT_SCOPE, Form, manifest, written

SOURCES = sorted(Path(slack.__file__).parent.glob("*.py"))
SAID = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if path.stem != "manifest")
FAMILIES = "apps|auth|chat|conversations|files|reactions|users|views"

EVENTS_URL = "https://desk.example.com/slack/events"


def asked_methods() -> set[str]:
    """The methods of Slack's API that the adapter names, by the SDK's names or by Slack's own."""
    of_sdk = {name for name in dir(AsyncWebClient) if re.match(rf"(?:{FAMILIES})_", name)}
    by_sdk = {name.replace("_", ".", 1) for name in re.findall(r"\.(\w+)\(", SAID) if name in of_sdk}
    return by_sdk | set(re.findall(rf"\"((?:{FAMILIES})\.[a-zA-Z.]+)\"", SAID))


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["slack", "manifest", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_every_method_the_adapter_asks_has_its_scope() -> None:
    covered = {method for scope in SCOPES.values() for method in scope.methods}

    assert asked_methods() - covered - WITHOUT_SCOPE == set()


def test_no_scope_is_asked_for_without_a_use() -> None:
    covered = {method for scope in SCOPES.values() for method in scope.methods}

    assert covered - asked_methods() == set()
    assert [name for name, scope in SCOPES.items() if not (scope.methods or scope.events)] == ["commands"]
    assert all(scope.reason for scope in SCOPES.values())


def test_the_client_and_the_manifest_agree_about_scopes() -> None:
    for method, scopes in METHODS.items():
        assert set(scopes) == {name for name, scope in SCOPES.items() if method in scope.methods}, method


def test_the_app_is_told_of_exactly_what_the_adapter_understands() -> None:
    words = {"app_mention", "message.channels", "message.groups", "message.im", "reaction_added"}

    assert set(EVENTS) == words | NEWS.keys() | SAME_NEWS.keys()


def test_the_manifest_keeps_within_slacks_limits() -> None:
    content = manifest(name="小铃", mode=Mode.SOCKET)
    shown, features, settings = content["display_information"], content["features"], content["settings"]

    assert isinstance(shown, dict)
    assert isinstance(features, dict)
    assert isinstance(settings, dict)
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert re.fullmatch(r"[a-z0-9._-]{1,80}", features["bot_user"]["display_name"])
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z]{1,31}", command["command"])
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert len(SCOPES) <= 255
    assert settings["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_people_can_write_to_the_bot_alone() -> None:
    features = manifest(name="Desk", mode=Mode.SOCKET)["features"]

    assert isinstance(features, dict)
    assert features["app_home"]["messages_tab_enabled"] is True
    assert features["app_home"]["messages_tab_read_only_enabled"] is False


def test_hints_are_in_both_languages() -> None:
    for does, hint in COMMANDS.values():
        for words in (does, hint):
            assert re.search(r"[a-z]", words)
            assert re.search(r"[\u4e00-\u9fff]", words)


def test_yaml_has_a_reason_beside_every_scope() -> None:
    said = run("--name", "小铃")
    content = yaml.safe_load(said)

    assert content == manifest(name="小铃", mode=Mode.SOCKET)
    for name, scope in SCOPES.items():
        assert f"- {name}  # {scope.reason}" in said


def test_json_holds_the_same() -> None:
    assert json.loads(run("--format", "json")) == yaml.safe_load(run())


def test_socket_mode_names_no_address() -> None:
    content = yaml.safe_load(run())

    assert content["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(content)


def test_over_http_everything_comes_to_one_address() -> None:
    content = yaml.safe_load(run("--mode", "http", "--events-url", EVENTS_URL))

    assert content["settings"]["socket_mode_enabled"] is False
    assert content["settings"]["event_subscriptions"]["request_url"] == EVENTS_URL
    assert content["settings"]["interactivity"]["request_url"] == EVENTS_URL
    assert {command["url"] for command in content["features"]["slash_commands"]} == {EVENTS_URL}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--mode", "http"), "--events-url"),
        (("--mode", "http", "--events-url", "http://desk.example.com"), "https://"),
        (("--name", ""), "1 to 35 characters"),
        (("--name", "x" * 36), "1 to 35 characters"),
    ],
)
def test_what_slack_would_refuse_is_refused_here(arguments: tuple[str, ...], said: str) -> None:
    assert said in run(*arguments, code=2)


def test_reasons_do_not_get_into_json() -> None:
    assert "#" not in written(manifest(name="Desk", mode=Mode.SOCKET), Form.JSON).replace('"#1f3a5f"', "")
