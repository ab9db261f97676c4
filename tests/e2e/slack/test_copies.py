"""What Slack tells more than once: one case."""

from collections.abc import Mapping
from pathlib import Path

from tests.e2e.bridge.chats import OnSlack
from tests.e2e.office import office
from tests.e2e.slack.conftest import channel, slack_configuration, user
from tests.fakes.slack.server import FakeSlack

QIN, HUAYUE, ENGINEERS = user("qin-shuyao"), channel("huayue"), channel("engineers")
SAME_ID, NEW_ID = 4, 5
"""Copies besides the message itself and the mention that Slack tells of separately."""


async def test_eleven_copies_of_one_message_make_one_case(tmp_path: Path) -> None:
    fake = FakeSlack()
    OnSlack(fake)
    async with fake.running(), office(tmp_path, slack_configuration(tmp_path), _settings(fake)) as desk:
        await fake.until(lambda: fake.sockets.connections)
        thread = fake.person(QIN).says(HUAYUE, fake.bot, " 打印机坏了")
        said, mentioned = fake.deliveries
        assert (said.event["type"], mentioned.event["type"]) == ("message", "app_mention")
        copies = [
            *(fake.postman.again(said) for _ in range(SAME_ID)),
            *(fake.postman.again(said, new_id=True) for _ in range(NEW_ID)),
        ]
        every = [await fake.postman.finished(each) for each in (said, mentioned, *copies)]
        await fake.until(lambda: fake.said(HUAYUE, thread=thread))
        await fake.until(lambda: fake.said(ENGINEERS))

        assert len(every) == 11
        assert all(each.acknowledged for each in every)
        assert desk.books.count("inbox") == 1
        assert desk.books.count("case_") == 1
    assert fake.unexpected == []


def _settings(fake: FakeSlack) -> Mapping[str, str]:
    return {
        "SLACK_BOT_TOKEN": fake.workspace.bot_token,
        "SLACK_APP_TOKEN": fake.workspace.app_token,
        "SLACK_API_URL": fake.api_url,
    }
