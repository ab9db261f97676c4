"""Real mail over loopback: what Apprise makes of our messages."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.alerts.channels import open_channels
from bot.alerts.mail import AppriseAlerter
from bot.core.errors import TemporaryDeliveryError
from bot.core.message import Message, Paragraph
from bot.core.people import MAIL, Place
from tests.unit.jobs.bench import Bench

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise imports it

RECIPIENT = "zhang+desk@example.com"
ANSWERS = "support+answers@example.com"


class Mailbox:
    """Keeps what the server takes in; refuses everything while `full`."""

    def __init__(self) -> None:
        self.full = False
        self.received: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        if self.full:
            return "452 Too full"
        mail = message_from_bytes(envelope.original_content or b"", EmailMessage, policy=policy.default)
        self.received.append((envelope.rcpt_tos, mail))
        return "250 OK"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def alerter(mailbox: Mailbox, unused_tcp_port: int) -> Iterator[AppriseAlerter]:
    server = Controller(mailbox, hostname="127.0.0.1", port=unused_tcp_port)
    server.start()
    yield AppriseAlerter(
        f"mailto://127.0.0.1:{unused_tcp_port}?from=desk@example.com&name=Desk", reply_to=ANSWERS
    )
    server.stop()


async def test_a_mail_arrives_with_its_subject_and_words(alerter: AppriseAlerter, mailbox: Mailbox) -> None:
    message = Message(
        title=("工单已关闭 · é",), blocks=(Paragraph(("第一行 {{name}} <b>",)), Paragraph(("2",)))
    )

    await alerter.alert(RECIPIENT, message, key="k")

    [(recipients, mail)] = mailbox.received
    assert recipients == [RECIPIENT]
    assert mail["to"] == RECIPIENT
    assert mail["from"] == "Desk <desk@example.com>"
    assert mail["reply-to"] == ANSWERS
    assert mail["subject"] == "工单已关闭 · é"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().split() == ["第一行", "{{name}}", "<b>", "2"]


async def test_a_line_break_in_the_title_adds_no_header(alerter: AppriseAlerter, mailbox: Mailbox) -> None:
    await alerter.alert(RECIPIENT, Message(title=("Closed\r\nBcc: all@example.com",)), key="k")

    [(recipients, mail)] = mailbox.received
    assert recipients == [RECIPIENT]
    assert mail["bcc"] is None


async def test_a_server_that_refuses_is_asked_again_later(alerter: AppriseAlerter, mailbox: Mailbox) -> None:
    mailbox.full = True

    with pytest.raises(TemporaryDeliveryError):
        await alerter.alert(RECIPIENT, Message(title=("Closed",)), key="k")


async def test_a_server_that_is_away_is_asked_again_later(unused_tcp_port: int) -> None:
    away = AppriseAlerter(f"mailto://127.0.0.1:{unused_tcp_port}?from=desk@example.com", reply_to=ANSWERS)

    with pytest.raises(TemporaryDeliveryError):
        await away.alert(RECIPIENT, Message(title=("Closed",)), key="k")


async def test_an_operators_own_channel_sends_to_each_persons_address(
    mailbox: Mailbox, unused_tcp_port: int, tmp_path: Path
) -> None:
    (tmp_path / "channels.toml").write_text(
        f'[channels.gateway]\nurl = "mailto://127.0.0.1:{unused_tcp_port}?from=desk@example.com&to={{to}}"\n'
    )
    server = Controller(mailbox, hostname="127.0.0.1", port=unused_tcp_port)
    server.start()
    [channel] = open_channels(tmp_path, {}).values()

    await channel.alert(
        "8613800000000@sms.example.com",
        Message(title=("C-7 · 超时",), blocks=(Paragraph(("请处理",)),)),
        key="k",
    )
    server.stop()

    [(recipients, mail)] = mailbox.received
    assert recipients == ["8613800000000@sms.example.com"]
    assert mail["subject"] == "C-7 · 超时"
    assert mail.get_content().split() == ["请处理"]


async def test_mail_that_is_away_holds_back_no_chat(unused_tcp_port: int) -> None:
    away = AppriseAlerter(f"mailto://127.0.0.1:{unused_tcp_port}?from=desk@example.com", reply_to=ANSWERS)
    bench = Bench()
    bench.delivery._channels = replace(bench.delivery._channels, alerters={MAIL: away})
    bench.say("mail", place=Place(MAIL, RECIPIENT))
    bench.say("chat")

    await bench.delivery.drain()

    assert bench.keys == ["chat"]
    assert not bench.idle()
    bench.executor.close()
