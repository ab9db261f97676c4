"""What Slack as a platform refuses before it asks Slack anything."""

from datetime import timedelta

import pytest

from bot.core.errors import ConfigError, PermanentDeliveryError, TemporaryDeliveryError
from bot.directory.lookup import Directory
from bot.notify.texts import Texts
from bot.platforms.slack.account import Mode, SlackAccount
from bot.platforms.slack.payload import FileRef
from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.turns import PATIENCE_S, Turns
from bot.ports import Platform
from tests.fakes.reception import FakeReception

ACCOUNT = SlackAccount(bot_token="xoxb-1", app_token="xapp-1")


@pytest.fixture
def platform(directory: Directory, texts: Texts) -> SlackPlatform:
    return SlackPlatform(ACCOUNT, FakeReception(directory), texts)


def test_it_is_a_platform(platform: SlackPlatform) -> None:
    known: Platform = platform

    assert known.name == "slack"
    assert known.capabilities.threads
    assert not known.capabilities.reactions


@pytest.mark.parametrize(
    ("account", "missing"),
    [
        (SlackAccount(bot_token="", app_token="xapp-1"), "SLACK_BOT_TOKEN"),
        (SlackAccount(bot_token="xoxb-1"), "SLACK_APP_TOKEN"),
        (SlackAccount(bot_token="xoxb-1", signing_secret=" ", mode=Mode.HTTP), "SLACK_SIGNING_SECRET"),
    ],
)
def test_an_account_without_what_its_mode_needs_is_refused(
    account: SlackAccount, missing: str, directory: Directory, texts: Texts
) -> None:
    with pytest.raises(ConfigError, match=missing):
        SlackPlatform(account, FakeReception(directory), texts)


def test_nothing_secret_is_shown() -> None:
    account = SlackAccount(bot_token="xoxb-1", app_token="xapp-1", signing_secret="8f74")

    assert not any(secret in repr(account) for secret in ("xoxb", "xapp", "8f74"))


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/shot.png",
        "https://slack.com.evil.example/shot.png",
        "https://evilslack.com/shot.png",
        "https://files.slack.com@evil.example/shot.png",
        "http://files.slack.com/shot.png",
        "file:///etc/passwd",
        "//files.slack.com/shot.png",
    ],
)
async def test_our_token_is_shown_to_slack_alone(platform: SlackPlatform, address: str) -> None:
    with pytest.raises(PermanentDeliveryError, match="does not lie at Slack"):
        await platform.fetch(FileRef(id="F1", url=address).model_dump_json())

    await platform.close()


@pytest.mark.parametrize("ref", ["", "F1", "{}", '{"id":7}'])
async def test_what_is_no_file_is_refused(platform: SlackPlatform, ref: str) -> None:
    with pytest.raises(PermanentDeliveryError, match="no file of Slack"):
        await platform.fetch(ref)


def test_everybody_in_a_channel_waits_for_their_turn() -> None:
    turns = Turns()

    waits = [turns.reserve("post:C1", now=100.0, pace_s=1.0) for _ in range(4)]

    assert waits == [0.0, 1.0, 2.0, 3.0]
    assert turns.reserve("post:C2", now=100.0, pace_s=1.0) == 0.0
    assert turns.reserve("post:C1", now=110.0, pace_s=1.0) == 0.0


async def test_who_would_wait_too_long_is_told_when_to_come_again() -> None:
    turns = Turns()
    turns.rest("post:C1", timedelta(days=1), now=0.0)

    with pytest.raises(TemporaryDeliveryError) as refused:
        await turns.take("post:C1", pace_s=1.0)

    assert refused.value.retry_after is not None
    assert refused.value.retry_after > timedelta(hours=1)


def test_a_turn_too_far_away_is_not_kept() -> None:
    turns = Turns()
    turns.rest("post:C1", timedelta(seconds=PATIENCE_S + 1), now=0.0)

    assert turns.reserve("post:C1", now=0.0, pace_s=1.0) == turns.reserve("post:C1", now=0.0, pace_s=1.0)
