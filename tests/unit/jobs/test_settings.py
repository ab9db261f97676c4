from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.settings import PROJECT, DemoSettings, Settings, load_settings


def test_without_an_environment_everything_has_a_default() -> None:
    settings = load_settings(Settings, {})

    assert settings.database == "sqlite:///var/casebell.db"
    assert settings.config == Path("config")
    assert settings.http_port == 8080
    assert settings.mail_url is None


def test_the_demo_has_a_database_and_a_configuration_of_its_own() -> None:
    settings = load_settings(DemoSettings, {})

    assert settings.database == "sqlite:///var/demo.db"
    assert settings.config == PROJECT / "demo"


def test_the_environment_wins_over_defaults_in_the_demo_too() -> None:
    settings = load_settings(DemoSettings, {"DATABASE_URL": "sqlite:///x.db", "CASEBELL_HTTP_PORT": "9000"})

    assert (settings.database, settings.http_port) == ("sqlite:///x.db", 9000)


def test_an_unknown_name_of_ours_is_told_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError, match=r"CASEBELL_HTP_PORT: .* did you mean CASEBELL_HTTP_PORT\?"):
        load_settings(Settings, {"CASEBELL_HTP_PORT": "1"})


def test_names_of_slack_and_dingtalk_are_accepted() -> None:
    load_settings(Settings, {"SLACK_BOT_TOKEN": "x", "DINGTALK_CLIENT_ID": "y"})


def test_a_value_that_cannot_be_names_its_setting() -> None:
    with pytest.raises(ConfigError, match="CASEBELL_HTTP_PORT"):
        load_settings(Settings, {"CASEBELL_HTTP_PORT": "eighty"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_API_URL", "https://slack.com/api/"),
        ("DINGTALK_OPENAPI_ENDPOINT", "https://api.dingtalk.com"),
        ("DINGTALK_OPENAPI_ENDPOINT", "http://127.0.0.1.example.com"),
        ("SLACK_API_URL", "http://[broken"),
    ],
)
def test_the_demo_refuses_a_vendors_address_outside_this_machine(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        load_settings(DemoSettings, {name: value})
    load_settings(Settings, {name: value})


def test_the_demo_accepts_a_vendors_address_on_this_machine() -> None:
    load_settings(DemoSettings, {"SLACK_API_URL": "http://127.0.0.1:9999/api/"})


def test_secrets_are_not_shown() -> None:
    settings = load_settings(
        Settings,
        {"DATABASE_URL": "postgresql://u:hidden@h/d", "CASEBELL_MAIL_URL": "mailtos://u:hidden@h"},
    )

    assert "hidden" not in repr(settings)
