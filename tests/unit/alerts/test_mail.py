import pytest

from bot.alerts.mail import AppriseAlerter, DemoAlerter, Unconfigured, to_mail
from bot.core.errors import ConfigError, PermanentDeliveryError
from bot.core.message import Button, Buttons, Message, Paragraph

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise imports it

URL = "mailto://127.0.0.1:2525?from=desk@example.com"
MESSAGE = Message(
    title=("C-20261120-0007 · 已关闭",),
    blocks=(Paragraph(("打印机恢复了。",)), Buttons((Button("重开", "reopen"),))),
)


def test_the_title_becomes_the_subject_and_buttons_are_left_out() -> None:
    mail = to_mail(MESSAGE)

    assert mail.subject == "C-20261120-0007 · 已关闭"
    assert mail.body == "打印机恢复了。"


def test_a_message_of_one_line_is_both_subject_and_body() -> None:
    mail = to_mail(Message(blocks=(Paragraph(("One line.",)),)))

    assert (mail.subject, mail.body) == ("One line.", "One line.")


def test_a_line_break_in_a_title_begins_no_header() -> None:
    assert (
        to_mail(Message(title=("Closed\r\nBcc: all@example.com",))).subject == "Closed Bcc: all@example.com"
    )


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com,b@example.com",
        "a@example.com\nBcc: b@example.com",
        "A <a@example.com>",
        "nobody",
        "",
    ],
)
async def test_an_address_that_is_not_exactly_one_is_refused_for_good(address: str) -> None:
    with pytest.raises(PermanentDeliveryError):
        await AppriseAlerter(URL, reply_to="desk@example.com").alert(address, MESSAGE, key="k")


@pytest.mark.parametrize("url", ["smtp.example.com", "json://127.0.0.1", "mailto://"])
def test_an_address_of_another_kind_is_a_fault_of_the_setting(url: str) -> None:
    with pytest.raises(ConfigError, match="CASEBELL_MAIL_URL"):
        AppriseAlerter(url, reply_to="desk@example.com")


async def test_without_a_setting_the_refusal_says_how_to_set_it() -> None:
    with pytest.raises(PermanentDeliveryError, match="CASEBELL_MAIL_URL"):
        await Unconfigured().alert("a@example.com", MESSAGE, key="k")


async def test_the_demo_sends_nothing_and_is_content() -> None:
    await DemoAlerter().alert("a@example.com", MESSAGE, key="k")
