"""The environment, read once; a name that is not ours, or a value that cannot be, ends the start."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from rapidfuzz import process

from bot.core.errors import ConfigError, Fault
from bot.services.keeping import RETENTION
from bot.web.guard import LOOPBACK
from storage import heads_beside

OURS = "CASEBELL_"
VENDOR_ADDRESS = re.compile(r"SLACK_API_URL|DINGTALK_\w*ENDPOINT")
"""Where Slack's and DingTalk's own names point their clients; their other settings are theirs to check."""

PROJECT = Path(__file__).resolve().parents[1]


def demo_folder() -> Path:
    """Return the demo's own configuration: the project's, else one where the command was typed."""
    beside = PROJECT / "demo"
    return beside if beside.is_dir() else Path("demo")


class Settings(BaseModel):
    """What the operator sets: where data and configuration are, which port, how mail leaves, what is kept."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

    database_url: Annotated[SecretStr, Field(alias="DATABASE_URL")] = SecretStr("sqlite:///var/casebell.db")
    config: Annotated[Path, Field(alias="CASEBELL_CONFIG")] = Path("config")
    http_port: Annotated[int, Field(alias="CASEBELL_HTTP_PORT", ge=0, le=65535)] = 8080
    mail_url: Annotated[SecretStr | None, Field(alias="CASEBELL_MAIL_URL")] = None
    heads: Annotated[Path | None, Field(alias="CASEBELL_HEADS")] = None
    head_key: Annotated[SecretStr, Field(alias="CASEBELL_HEAD_KEY")] = SecretStr("")
    keep_days: Annotated[int, Field(alias="CASEBELL_KEEP_DAYS", ge=1)] = RETENTION.days

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
        return kind.model_validate({name: environment[name] for name in _names() if name in environment})
    except ValidationError as error:
        raise ConfigError(
            *(_fault(str(wrong["loc"][0]), wrong["msg"]) for wrong in error.errors())
        ) from error


def _names() -> tuple[str, ...]:
    return tuple(field.alias for field in Settings.model_fields.values() if field.alias)


def _unknown(environment: Mapping[str, str]) -> Iterator[Fault]:
    known = _names()
    for name in sorted(environment):
        if name.startswith(OURS) and name not in known:
            nearest = process.extractOne(name, known)
            yield _fault(name, f"there is no such setting; did you mean {nearest[0]}?")


def _foreign(environment: Mapping[str, str]) -> Iterator[Fault]:
    """The demo talks to nobody: a vendor's address may only be one on this machine."""
    for name, value in sorted(environment.items()):
        if VENDOR_ADDRESS.fullmatch(name) and _host(value) not in LOOPBACK:
            yield _fault(name, "the demo talks to nobody outside; expected an address of this machine")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _fault(name: str, expected: str) -> Fault:
    return Fault("environment", 1, name, expected)
