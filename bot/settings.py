"""The environment, read once; a name that is not ours, or a value that cannot be, ends the start."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from rapidfuzz import process

from bot.alerts.channels import SECRET
from bot.core.errors import ConfigError, Fault
from bot.jobs.advising import Account
from bot.platforms.dingtalk.account import DingTalkAccount
from bot.platforms.slack.account import Mode, SlackAccount
from bot.services.keeping import RETENTION
from bot.web.guard import LOOPBACK
from storage import heads_beside

OURS = "CASEBELL_"
VENDOR_ADDRESS = re.compile(r"SLACK_API_URL|DINGTALK_\w*ENDPOINT|CASEBELL_LLM_URL")
"""Where our clients of others' services are pointed."""


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected an http address")
    return url.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]
"""An http address; it never ends with a slash."""

PROJECT = Path(__file__).resolve().parents[1]


def demo_folder() -> Path:
    """Return the demo's own configuration: the project's, else one where the command was typed."""
    beside = PROJECT / "demo"
    return beside if beside.is_dir() else Path("demo")


class Settings(BaseModel):
    """What the operator sets: where data and configuration are, which port, how mail leaves, what is kept.

    `secrets` are what the operator's own files name and do not hold.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

    database_url: Annotated[SecretStr, Field(alias="DATABASE_URL")] = SecretStr("sqlite:///var/casebell.db")
    config: Annotated[Path, Field(alias="CASEBELL_CONFIG")] = Path("config")
    http_port: Annotated[int, Field(alias="CASEBELL_HTTP_PORT", ge=0, le=65535)] = 8080
    mail_url: Annotated[SecretStr | None, Field(alias="CASEBELL_MAIL_URL")] = None
    heads: Annotated[Path | None, Field(alias="CASEBELL_HEADS")] = None
    head_key: Annotated[SecretStr, Field(alias="CASEBELL_HEAD_KEY")] = SecretStr("")
    keep_days: Annotated[int, Field(alias="CASEBELL_KEEP_DAYS", ge=1)] = RETENTION.days
    llm_url: Annotated[Address | None, Field(alias="CASEBELL_LLM_URL")] = None
    llm_model: Annotated[str, Field(alias="CASEBELL_LLM_MODEL")] = ""
    llm_key: Annotated[SecretStr, Field(alias="CASEBELL_LLM_KEY")] = SecretStr("")
    llm_seconds: Annotated[float, Field(alias="CASEBELL_LLM_SECONDS", gt=0, le=10)] = 2
    slack_bot_token: Annotated[SecretStr, Field(alias="SLACK_BOT_TOKEN")] = SecretStr("")
    slack_app_token: Annotated[SecretStr, Field(alias="SLACK_APP_TOKEN")] = SecretStr("")
    slack_signing_secret: Annotated[SecretStr, Field(alias="SLACK_SIGNING_SECRET")] = SecretStr("")
    slack_api_url: Annotated[Address, Field(alias="SLACK_API_URL")] = "https://slack.com/api"
    slack_mode: Annotated[Mode, Field(alias="SLACK_MODE")] = Mode.SOCKET
    slack_events_host: Annotated[str, Field(alias="SLACK_EVENTS_HOST")] = "127.0.0.1"
    slack_events_port: Annotated[int, Field(alias="SLACK_EVENTS_PORT", ge=0, le=65535)] = 3000
    dingtalk_client_id: Annotated[str, Field(alias="DINGTALK_CLIENT_ID")] = ""
    dingtalk_client_secret: Annotated[SecretStr, Field(alias="DINGTALK_CLIENT_SECRET")] = SecretStr("")
    dingtalk_robot_code: Annotated[str, Field(alias="DINGTALK_ROBOT_CODE")] = ""
    dingtalk_corp_id: Annotated[str, Field(alias="DINGTALK_CORP_ID")] = ""
    dingtalk_openapi: Annotated[Address, Field(alias="DINGTALK_OPENAPI_ENDPOINT")] = (
        "https://api.dingtalk.com"
    )
    dingtalk_oapi: Annotated[Address, Field(alias="DINGTALK_OAPI_ENDPOINT")] = "https://oapi.dingtalk.com"
    secrets: Annotated[Mapping[str, SecretStr], Field(alias=SECRET)] = {}

    @property
    def llm(self) -> Account | None:
        """The language model that is asked about unclear messages; None where none is configured."""
        if self.llm_url is None:
            return None
        return Account(
            url=self.llm_url,
            model=self.llm_model,
            key=self.llm_key.get_secret_value(),
            limit=timedelta(seconds=self.llm_seconds),
        )

    @property
    def slack(self) -> SlackAccount | None:
        """The Slack app; None where none is configured."""
        if not self.slack_bot_token.get_secret_value():
            return None
        return SlackAccount(
            bot_token=self.slack_bot_token.get_secret_value(),
            app_token=self.slack_app_token.get_secret_value(),
            signing_secret=self.slack_signing_secret.get_secret_value(),
            api_url=f"{self.slack_api_url}/",
            mode=self.slack_mode,
            events_host=self.slack_events_host,
            events_port=self.slack_events_port,
        )

    @property
    def dingtalk(self) -> DingTalkAccount | None:
        """The DingTalk app, whose robot has the app's own code by default; None where none is configured."""
        if not self.dingtalk_client_id:
            return None
        return DingTalkAccount(
            client_id=self.dingtalk_client_id,
            client_secret=self.dingtalk_client_secret.get_secret_value(),
            robot_code=self.dingtalk_robot_code or self.dingtalk_client_id,
            corp_id=self.dingtalk_corp_id,
            openapi_endpoint=self.dingtalk_openapi,
            oapi_endpoint=self.dingtalk_oapi,
        )

    @property
    def database(self) -> str:
        """The database's address, with its password."""
        return self.database_url.get_secret_value()

    @property
    def head_signing_key(self) -> str:
        """What daily heads are signed with; empty if they are only hashed."""
        return self.head_key.get_secret_value()

    @property
    def retention(self) -> timedelta:
        """How long the content of handled events and sent messages is kept."""
        return timedelta(days=self.keep_days)

    @property
    def heads_folder(self) -> Path | None:
        """Where daily heads are written: for SQLite beside its file, in a folder of its name."""
        return self.heads or heads_beside(self.database)


class DemoSettings(Settings):
    """The same for the demo, which has a database and a configuration of its own."""

    database_url: Annotated[SecretStr, Field(alias="DATABASE_URL")] = SecretStr("sqlite:///var/demo.db")
    config: Annotated[Path, Field(alias="CASEBELL_CONFIG", default_factory=demo_folder)]
    keep_days: Annotated[int, Field(alias="CASEBELL_KEEP_DAYS", ge=1)] = 3650  # its months pass in seconds

    @property
    def slack(self) -> SlackAccount | None:
        """A Slack on this machine; the demo leaves the real one alone."""
        return super().slack if _host(self.slack_api_url) in LOOPBACK else None

    @property
    def dingtalk(self) -> DingTalkAccount | None:
        """A DingTalk on this machine; the demo leaves the real one alone."""
        hosts = {_host(self.dingtalk_openapi), _host(self.dingtalk_oapi)}
        return super().dingtalk if hosts <= set(LOOPBACK) else None


SettingsT = TypeVar("SettingsT", bound=Settings)


def load_settings(kind: type[SettingsT], environment: Mapping[str, str] = os.environ) -> SettingsT:
    """Read the environment.

    Raises:
        ConfigError: with every fault found; never with the value of a secret.
    """
    faults = [*_unknown(environment), *(_foreign(environment) if issubclass(kind, DemoSettings) else ())]
    if faults:
        raise ConfigError(*faults)
    try:
        known = {name: environment[name] for name in _names() if name in environment}
        secrets = {name: value for name, value in environment.items() if name.startswith(SECRET)}
        settings = kind.model_validate({**known, SECRET: secrets})
    except ValidationError as error:
        raise ConfigError(
            *(_fault(str(wrong["loc"][0]), wrong["msg"]) for wrong in error.errors())
        ) from error
    if missing := tuple(_missing(settings)):
        raise ConfigError(*missing)
    return settings


def _names() -> tuple[str, ...]:
    return tuple(field.alias for field in Settings.model_fields.values() if field.alias)


def _unknown(environment: Mapping[str, str]) -> Iterator[Fault]:
    known = _names()
    for name in sorted(environment):
        if name.startswith(OURS) and not name.startswith(SECRET) and name not in known:
            nearest = process.extractOne(name, known)
            yield _fault(name, f"there is no such setting; did you mean {nearest[0]}?")


def _foreign(environment: Mapping[str, str]) -> Iterator[Fault]:
    """The demo talks to nobody: a vendor's address may only be one on this machine."""
    for name, value in sorted(environment.items()):
        if VENDOR_ADDRESS.fullmatch(name) and _host(value) not in LOOPBACK:
            yield _fault(name, "the demo talks to nobody outside; expected an address of this machine")


def _missing(settings: Settings) -> Iterator[Fault]:
    """Yield what a platform still needs when some of it is there."""
    slack, dingtalk = settings.slack, settings.dingtalk
    if settings.llm and not settings.llm_model:
        yield _fault("CASEBELL_LLM_MODEL", "CASEBELL_LLM_URL needs the name of its model")
    if slack and slack.mode is Mode.SOCKET and not slack.app_token:
        yield _fault("SLACK_APP_TOKEN", "Socket Mode needs the app's token (xapp-…); or set SLACK_MODE=http")
    if slack and slack.mode is Mode.HTTP and not slack.signing_secret:
        yield _fault("SLACK_SIGNING_SECRET", "SLACK_MODE=http needs the app's signing secret")
    if dingtalk and not dingtalk.client_secret:
        yield _fault("DINGTALK_CLIENT_SECRET", "the app's secret belongs to DINGTALK_CLIENT_ID")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _fault(name: str, expected: str) -> Fault:
    return Fault("environment", 1, name, expected)
