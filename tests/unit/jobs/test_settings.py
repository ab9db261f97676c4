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


def test_without_tokens_there_is_no_platform() -> None:
    settings = load_settings(Settings, {})

    assert (settings.slack, settings.dingtalk) == (None, None)


def test_an_apps_tokens_make_a_platform() -> None:
    settings = load_settings(
        Settings,
        {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_API_URL": "http://127.0.0.1:9/api/",
            "DINGTALK_CLIENT_ID": "ding1",
            "DINGTALK_CLIENT_SECRET": "hush",
            "DINGTALK_OAPI_ENDPOINT": "http://127.0.0.1:8/",
        },
    )

    assert settings.slack
    assert settings.slack.api_url == "http://127.0.0.1:9/api/"
    assert settings.dingtalk
    assert settings.dingtalk.robot_code == "ding1"
    assert settings.dingtalk.oapi_endpoint == "http://127.0.0.1:8"
    assert "hush" not in repr((settings, settings.dingtalk))
    assert "xoxb" not in repr((settings, settings.slack))


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({"SLACK_BOT_TOKEN": "x"}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "x", "SLACK_APP_TOKEN": "y", "SLACK_MODE": "http"}, "SLACK_SIGNING_SECRET"),
        ({"DINGTALK_CLIENT_ID": "x"}, "DINGTALK_CLIENT_SECRET"),
        ({"CASEBELL_LLM_URL": "https://llm.example.com/v1"}, "CASEBELL_LLM_MODEL"),
        ({"CASEBELL_LLM_SECONDS": "60"}, "CASEBELL_LLM_SECONDS"),
        ({"SLACK_MODE": "polling"}, "SLACK_MODE"),
        ({"DINGTALK_OAPI_ENDPOINT": "oapi.dingtalk.com"}, "DINGTALK_OAPI_ENDPOINT"),
    ],
)
def test_what_a_platform_still_needs_is_named(environment: dict[str, str], missing: str) -> None:
    with pytest.raises(ConfigError, match=missing):
        load_settings(Settings, environment)


def test_the_demo_leaves_the_real_platforms_alone() -> None:
    tokens = {"SLACK_BOT_TOKEN": "x", "SLACK_APP_TOKEN": "y"}

    assert load_settings(DemoSettings, tokens).slack is None
    assert load_settings(DemoSettings, {**tokens, "SLACK_API_URL": "http://127.0.0.1:9/api/"}).slack


def test_a_language_model_is_asked_only_where_one_is_named() -> None:
    named = {"CASEBELL_LLM_URL": "https://llm.example.com/v1/", "CASEBELL_LLM_MODEL": "m"}
    account = load_settings(Settings, {**named, "CASEBELL_LLM_KEY": "hush"}).llm

    assert load_settings(Settings, {}).llm is None
    assert account is not None
    assert (account.url, account.model, account.key) == ("https://llm.example.com/v1", "m", "hush")
    assert "hush" not in repr(account)


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
        ("CASEBELL_LLM_URL", "https://llm.example.com/v1"),
    ],
)
def test_the_demo_refuses_a_vendors_address_outside_this_machine(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        load_settings(DemoSettings, {name: value})


def test_the_demo_accepts_a_vendors_address_on_this_machine() -> None:
    load_settings(DemoSettings, {"SLACK_API_URL": "http://127.0.0.1:9999/api/"})


def test_secrets_are_not_shown() -> None:
    settings = load_settings(
        Settings,
        {"DATABASE_URL": "postgresql://u:hidden@h/d", "CASEBELL_MAIL_URL": "mailtos://u:hidden@h"},
    )

    assert "hidden" not in repr(settings)


def test_secrets_of_the_operators_own_files_are_kept_apart_and_never_shown() -> None:
    settings = load_settings(Settings, {"CASEBELL_SECRET_SMS": "hush"})

    assert settings.secrets["CASEBELL_SECRET_SMS"].get_secret_value() == "hush"
    assert "hush" not in repr(settings)
