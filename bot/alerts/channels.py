"""Channels beside chat that the operator set up in `channels.toml`: SMS, telephone, push, through Apprise."""

import re
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from urllib.parse import quote

from apprise import Apprise
from apprise.common import NotifyFormat
from pydantic import Field, SecretStr

from bot.alerts.mail import to_mail
from bot.core.errors import ConfigError, Fault, TemporaryDeliveryError
from bot.core.message import Message
from bot.core.people import PlatformName
from bot.sla.files import FileModel, line_of, read_toml

CHANNELS = "channels.toml"
SECRET = "CASEBELL_SECRET_"  # noqa: S105 - how a secret's name begins
ADDRESS = "{to}"
ANYBODY = "+8613800000000"
"""An address to try a channel's URL with; nothing is sent."""

_SECRET = re.compile(r"\$\{(\w+)\}")


class ChannelRow(FileModel):
    """One channel: Apprise's URL, `{to}` where the address belongs, `${CASEBELL_SECRET_…}` for a secret."""

    url: str = Field(min_length=1)


class ChannelFile(FileModel):
    """The file: a table `[channels.<name>]` each."""

    channels: Mapping[str, ChannelRow]


def read_channels(folder: Traversable) -> Mapping[PlatformName, ChannelRow]:
    """Return the channels of a configuration; none where it has no file of them.

    Raises:
        ConfigError: the file has faults.
    """
    file = folder / CHANNELS
    if not file.is_file():
        return {}
    return {PlatformName(name): row for name, row in read_toml(file, ChannelFile).channels.items()}


def open_channels(
    folder: Traversable, secrets: Mapping[str, SecretStr]
) -> Mapping[PlatformName, "AppriseChannel"]:
    """Return the channels ready to send.

    Raises:
        ConfigError: a secret is missing, or Apprise cannot read an address.
    """
    faults: list[Fault] = []
    channels = {}
    for name, row in read_channels(folder).items():
        channel = AppriseChannel(_SECRET.sub(lambda found: _value(found[1], secrets), row.url))
        missing = [each for each in _SECRET.findall(row.url) if each not in secrets]
        if missing:
            faults.append(_fault(folder, name, f"set {', '.join(missing)} in the environment"))
        elif not channel.is_usable():
            faults.append(_fault(folder, name, "an address that Apprise can read, with {to} in it"))
        channels[name] = channel
    if faults:
        raise ConfigError(*faults)
    return channels


class AppriseChannel:
    """Implements bot.ports.Alerter with any service of Apprise; it takes words alone, the title first."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __repr__(self) -> str:
        return "AppriseChannel(…)"

    def is_usable(self) -> bool:
        """Tell whether Apprise understands the URL."""
        return ADDRESS in self._url and bool(self._to(ANYBODY))

    async def alert(self, address: str, message: Message, *, key: str) -> None:  # noqa: ARG002 - the port's
        """Send a message to an address.

        Raises:
            TemporaryDeliveryError: the service did not take it.
        """
        words = to_mail(message)
        sent = await self._to(address).async_notify(
            body=words.body or words.subject, title=words.subject, body_format=NotifyFormat.TEXT
        )
        if not sent:
            raise TemporaryDeliveryError("the service did not take it")

    def _to(self, address: str) -> Apprise:
        service = Apprise()
        service.add(self._url.replace(ADDRESS, quote(address, safe="")))
        return service


def _value(name: str, secrets: Mapping[str, SecretStr]) -> str:
    return quote(secrets[name].get_secret_value(), safe="") if name in secrets else ""


def _fault(folder: Traversable, name: str, expected: str) -> Fault:
    file = folder / CHANNELS
    line = line_of(file.read_text(encoding="utf-8-sig"), ("channels", name, "url"))
    return Fault(str(file), line, f"channels.{name}.url", expected)
