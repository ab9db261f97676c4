"""Mail through Apprise, which speaks with the operator's server; one mail has one recipient."""

from dataclasses import dataclass
from urllib.parse import quote

from apprise import Apprise
from apprise.common import NotifyFormat

from bot.core.errors import ConfigError, Fault, PermanentDeliveryError, TemporaryDeliveryError
from bot.core.message import Message
from bot.core.people import MAIL_ADDRESS
from bot.notify.plain import plain

SETTING = "CASEBELL_MAIL_URL"


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says."""

    subject: str
    body: str


def to_mail(message: Message) -> Mail:
    """Render a message as a mail: its first line is the subject, and what can only be pressed is left out."""
    lines = plain(message, buttons=False)
    return Mail(subject=" ".join(lines[0].split()) if lines else "", body="\n".join(lines[1:] or lines))


class AppriseAlerter:
    """Implements bot.ports.Alerter with an address of Apprise's `mailto` kind; answers go to `reply_to`."""

    def __init__(self, url: str, *, reply_to: str) -> None:
        """Check the address.

        Raises:
            ConfigError: Apprise cannot read it, or it is not one for mail.
        """
        separator = "&" if "?" in url else "?"
        self._url = f"{url}{separator}format=text&reply={quote(reply_to, safe='')}"
        if not url.startswith(("mailto://", "mailtos://")) or not self._to("somebody@example.com"):
            expected = (
                "expected an address such as mailtos://user:password@smtp.example.com?from=desk@example.com"
            )
            raise ConfigError(Fault("environment", 1, SETTING, expected))

    async def alert(self, address: str, message: Message, *, key: str) -> None:  # noqa: ARG002 - the port's
        """Send a message to an address.

        Raises:
            PermanentDeliveryError: the address is none.
            TemporaryDeliveryError: the server did not take the mail.
        """
        if not MAIL_ADDRESS.fullmatch(address):
            raise PermanentDeliveryError("not one plain mail address")
        mail = to_mail(message)
        sent = await self._to(address).async_notify(
            body=mail.body, title=mail.subject, body_format=NotifyFormat.TEXT
        )
        if not sent:
            raise TemporaryDeliveryError("the mail server did not take it")

    def _to(self, address: str) -> Apprise:
        """Return a channel to one recipient; without any entry if the address is unusable."""
        mail = Apprise()
        mail.add(f"{self._url}&to={quote(address, safe='')}")
        return mail


class Unconfigured:
    """Implements bot.ports.Alerter where nobody said how to send mail."""

    async def alert(self, address: str, message: Message, *, key: str) -> None:  # noqa: ARG002 - the port's
        """Refuse, saying how to configure it."""
        raise PermanentDeliveryError(
            f"nothing sends mail: set {SETTING}, such as mailtos://user:password@smtp.example.com"
        )


class DemoAlerter:
    """Implements bot.ports.Alerter for the demo: the outbox keeps what would have been sent."""

    async def alert(self, address: str, message: Message, *, key: str) -> None:
        """Take a mail and leave it in the outbox."""
