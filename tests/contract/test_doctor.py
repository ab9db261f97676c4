"""`casebell doctor` against platforms that note every careless question."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.__main__ import app as casebell
from bot.core.clock import FixedClock, SystemClock
from bot.directory.loader import load_directory
from bot.directory.lookup import Directory
from bot.platforms.dingtalk.account import DingTalkAccount
from bot.platforms.dingtalk.doctor import examine as examine_dingtalk
from bot.platforms.dingtalk.faults import Kind
from bot.platforms.slack.account import Mode, SlackAccount
from bot.platforms.slack.doctor import examine as examine_slack
from bot.platforms.slack.manifest import SCOPES
from bot.ports import Finding, Verdict
from storage import migrate
from tests.fakes.dingtalk.faults import Trouble
from tests.fakes.dingtalk.gateway import OPEN
from tests.fakes.dingtalk.oapi import GET_USER
from tests.fakes.dingtalk.server import CLIENT_ID, CLIENT_SECRET, TOKEN, FakeDingTalk, dingtalk
from tests.fakes.slack.limits import Fault, limited
from tests.fakes.slack.server import FakeSlack

CLOCK = SystemClock()
WRONG = "a-secret-of-nobody"
CID = "cid6KeBBLoveMJOGXoYKF5x7EeiodoA=="


def directory(
    tmp_path: Path, *, ids: Mapping[str, Mapping[str, str]], places: Mapping[str, str]
) -> Directory:
    """A desk with these members of staff and one group of engineers."""
    desk = {
        "desk": {
            "name": {"zh": "台", "en": "Desk"},
            "zone": "Asia/Shanghai",
            "languages": ["zh", "en"],
            "reply_to": "desk@example.com",
        },
        "people": [
            {"id": person, "name": person, "roles": ["engineer"], "ids": dict(known)}
            for person, known in ids.items()
        ],
        "groups": [
            {
                "id": "engineers",
                "title": {"zh": "工程师群", "en": "Engineers"},
                "audience": "engineers",
                "places": dict(places),
            }
        ],
    }
    file = tmp_path / "directory.yaml"
    file.write_text(yaml.safe_dump(desk, allow_unicode=True), encoding="utf-8")
    return load_directory(file)


def by_subject(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.subject: finding for finding in findings}


@pytest.fixture
async def ding() -> AsyncIterator[FakeDingTalk]:
    async with dingtalk() as fake:
        yield fake


@pytest.fixture
def robot(ding: FakeDingTalk) -> DingTalkAccount:
    return DingTalkAccount(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        robot_code=CLIENT_ID,
        openapi_endpoint=ding.openapi,
        oapi_endpoint=ding.oapi,
    )


@pytest.fixture
def staff(tmp_path: Path) -> Directory:
    ids = {"ann": {"dingtalk": "staff-1"}, "bob": {"dingtalk": "staff-2"}}
    return directory(tmp_path, ids=ids, places={"dingtalk": CID})


async def ask_dingtalk(robot: DingTalkAccount, directory: Directory | None) -> dict[str, Finding]:
    return by_subject(
        [finding async for finding in examine_dingtalk(robot, directory, clock=CLOCK, heard={})]
    )


async def test_a_robot_that_is_well_has_nothing_to_mend(
    ding: FakeDingTalk, robot: DingTalkAccount, staff: Directory
) -> None:
    ding.person("staff-1", nick="安")
    ding.person("staff-2", nick="Bob")

    found = await ask_dingtalk(robot, staff)

    assert [each for each in found.values() if each.verdict is Verdict.FAULT] == []
    for subject in ("credentials", "clock", "stream", "person ann", "person bob"):
        assert found[subject].verdict is Verdict.WELL
    assert found["group engineers"].verdict is Verdict.WARNING
    assert found["DINGTALK_OPENAPI_ENDPOINT"].verdict is Verdict.WARNING


async def test_it_takes_no_connection_from_a_running_desk(
    ding: FakeDingTalk, robot: DingTalkAccount, staff: Directory
) -> None:
    await ask_dingtalk(robot, staff)

    assert ding.gateway.connections == []
    assert ding.world.lines() == []


async def test_a_staff_id_that_nobody_has_is_told(
    ding: FakeDingTalk, robot: DingTalkAccount, staff: Directory
) -> None:
    ding.person("staff-1", nick="安")

    found = await ask_dingtalk(robot, staff)

    assert found["person ann"].verdict is Verdict.WELL
    assert found["person bob"].verdict is Verdict.FAULT
    assert "staff id" in found["person bob"].detail


async def test_staff_from_outside_cannot_be_reminded(robot: DingTalkAccount, tmp_path: Path) -> None:
    outside = directory(tmp_path, ids={"eve": {"dingtalk": "$:LWCP_v1:$x=="}}, places={"dingtalk": CID})

    found = await ask_dingtalk(robot, outside)

    assert found["person eve"].verdict is Verdict.FAULT


async def test_a_wrong_secret_is_told_without_the_secret(robot: DingTalkAccount, staff: Directory) -> None:
    found = await ask_dingtalk(replace(robot, client_secret=WRONG), staff)

    assert found["credentials"].verdict is Verdict.FAULT
    assert "DINGTALK_CLIENT_SECRET" in found["credentials"].next_step
    assert WRONG not in str(found)
    assert "person ann" not in found


@pytest.mark.parametrize(
    ("path", "trouble", "subject", "said"),
    [
        (TOKEN, Trouble.QUOTA, "credentials", Kind.QUOTA),
        (TOKEN, Trouble.UNAVAILABLE, "credentials", "ServiceUnavailable"),
        (TOKEN, Trouble.BANNED, "credentials", "something else answers in its place"),
        (OPEN, Trouble.UNAVAILABLE, "stream", "ServiceUnavailable"),
        (OPEN, Trouble.PERMISSION, "stream", "AccessTokenPermissionDenied): qyapi_robot_sendmsg"),
        (GET_USER, Trouble.BANNED, "people", "something else answers in its place"),
        (GET_USER, Trouble.PERMISSION, "people", Kind.PERMISSION),
    ],
)
async def test_what_dingtalk_refuses_is_told_in_words(
    ding: FakeDingTalk,
    robot: DingTalkAccount,
    staff: Directory,
    *,
    path: str,
    trouble: Trouble,
    subject: str,
    said: str,
) -> None:
    ding.breaks(path, trouble)

    found = await ask_dingtalk(robot, staff)

    assert found[subject].verdict is Verdict.FAULT
    assert said in found[subject].detail
    assert found[subject].next_step


async def test_what_holds_for_everybody_is_asked_once(
    ding: FakeDingTalk, robot: DingTalkAccount, staff: Directory
) -> None:
    ding.breaks(GET_USER, Trouble.PERMISSION, times=None)

    found = await ask_dingtalk(robot, staff)

    assert ding.ledger.calls[GET_USER] == 1
    assert [subject for subject in found if subject.startswith(("people", "person"))] == ["people"]


async def test_it_waits_when_dingtalk_says_that_it_asks_too_fast(
    ding: FakeDingTalk, robot: DingTalkAccount, staff: Directory
) -> None:
    ding.person("staff-1", nick="安")
    ding.person("staff-2", nick="Bob")
    ding.breaks(GET_USER, Trouble.QPS)

    found = await ask_dingtalk(robot, staff)

    assert found["person ann"].verdict is Verdict.WELL


async def test_a_dingtalk_that_is_not_there_is_told(robot: DingTalkAccount, staff: Directory) -> None:
    found = await ask_dingtalk(replace(robot, openapi_endpoint="http://127.0.0.1:1"), staff)

    assert "does not answer: no connection to 127.0.0.1:1" in found["credentials"].detail
    assert "port 443" in found["credentials"].next_step


async def test_a_clock_that_is_wrong_is_told(ding: FakeDingTalk, robot: DingTalkAccount) -> None:
    clock = FixedClock(SystemClock().now() + timedelta(minutes=5))

    found = by_subject([finding async for finding in examine_dingtalk(robot, None, clock=clock, heard={})])

    assert found["clock"].verdict is Verdict.FAULT
    assert "ahead" in found["clock"].detail


@pytest.fixture
async def workspace() -> AsyncIterator[FakeSlack]:
    """A workspace that grants the app what its manifest asks for."""
    fake = FakeSlack()
    async with fake.running():
        yield fake
    assert fake.unexpected == []


@pytest.fixture
def app(workspace: FakeSlack) -> SlackAccount:
    known = workspace.workspace
    return SlackAccount(
        bot_token=known.bot_token,
        app_token=known.app_token,
        signing_secret="8f742231b10e8888abcd99yyyzzz85a5",
        api_url=workspace.api_url,
    )


@pytest.fixture
def engineers(tmp_path: Path) -> Directory:
    return directory(tmp_path, ids={"ann": {"slack": "U1"}}, places={"slack": "C1"})


async def ask_slack(app: SlackAccount, directory: Directory | None) -> dict[str, Finding]:
    return by_subject([finding async for finding in examine_slack(app, directory, clock=CLOCK)])


async def test_an_app_made_from_the_manifest_has_nothing_to_mend(
    workspace: FakeSlack, app: SlackAccount, engineers: Directory
) -> None:
    workspace.channel("C1", kind="group")
    workspace.person("U1", "安")

    found = await ask_slack(app, engineers)

    assert found.pop("SLACK_API_URL").verdict is Verdict.WARNING
    assert {subject: each.verdict for subject, each in found.items()} == dict.fromkeys(
        ("bot token", "clock", "scopes", "app token", "group engineers", "person ann"), Verdict.WELL
    )
    assert found["group engineers"].detail == "#c1, private"


async def test_it_takes_no_connection_from_a_running_desk_on_slack(
    workspace: FakeSlack, app: SlackAccount
) -> None:
    await ask_slack(app, None)

    assert workspace.sockets.open() is False


async def test_over_http_the_signing_secret_is_looked_at_instead(app: SlackAccount) -> None:
    found = await ask_slack(replace(app, mode=Mode.HTTP), None)
    odd = await ask_slack(replace(app, mode=Mode.HTTP, signing_secret="short"), None)

    assert found["signing secret"].verdict is Verdict.WELL
    assert "127.0.0.1:3000/slack/events" in found["signing secret"].detail
    assert odd["signing secret"].verdict is Verdict.WARNING
    assert "app token" not in found


async def test_a_scope_that_is_missing_is_named_with_its_reason(
    workspace: FakeSlack, app: SlackAccount, engineers: Directory
) -> None:
    workspace.workspace.scopes -= {"files:write", "groups:read"}
    workspace.channel("C1", kind="group")
    workspace.allow("missing_scope", "user_not_found")

    found = await ask_slack(app, engineers)

    assert found["scopes"].verdict is Verdict.FAULT
    assert f"files:write ({SCOPES['files:write'].reason})" in found["scopes"].detail
    assert "reinstall" in found["scopes"].next_step
    assert "groups:read is missing" in found["group engineers"].detail


async def test_groups_and_people_that_are_not_there_are_told(
    workspace: FakeSlack, app: SlackAccount, engineers: Directory
) -> None:
    workspace.allow("channel_not_found", "user_not_found")

    found = await ask_slack(app, engineers)

    assert "/invite" in found["group engineers"].next_step
    assert "member ID" in found["person ann"].next_step


async def test_a_channel_the_bot_was_not_invited_to_is_told(
    workspace: FakeSlack, app: SlackAccount, engineers: Directory
) -> None:
    workspace.channel("C1", joined=False)
    workspace.person("U1")

    assert (await ask_slack(app, engineers))["group engineers"].detail == "the bot is not in it"


@pytest.mark.parametrize(
    ("change", "subject", "said"),
    [
        (lambda app: replace(app, bot_token=WRONG), "bot token", "SLACK_BOT_TOKEN"),
        (lambda app: replace(app, app_token=WRONG), "app token", "SLACK_APP_TOKEN"),
        (lambda app: replace(app, app_token=app.bot_token), "app token", "SLACK_APP_TOKEN"),
        (lambda app: replace(app, bot_token=app.app_token), "bot token", "SLACK_BOT_TOKEN"),
    ],
)
async def test_a_wrong_token_is_told_without_the_token(
    workspace: FakeSlack,
    app: SlackAccount,
    *,
    change: Callable[[SlackAccount], SlackAccount],
    subject: str,
    said: str,
) -> None:
    workspace.allow("invalid_auth", "not_allowed_token_type")

    wrong = change(app)
    found = await ask_slack(wrong, None)

    assert found[subject].verdict is Verdict.FAULT
    assert said in found[subject].next_step
    assert wrong.bot_token not in str(found)
    assert wrong.app_token not in str(found)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(error="account_inactive"), "revoked"),
        (Fault(error="fatal_error"), "Slack says fatal_error"),
        (Fault(status=503), "something else answers in its place (HTTP 503)"),
        (Fault(lost=True), "does not answer"),
    ],
)
async def test_a_slack_in_trouble_is_told_in_words(
    workspace: FakeSlack, app: SlackAccount, *, fault: Fault, said: str
) -> None:
    workspace.fail("auth.test", fault)

    found = await ask_slack(app, None)

    assert found["bot token"].verdict is Verdict.FAULT
    assert said in found["bot token"].detail
    assert "clock" not in found


async def test_a_slack_that_falls_silent_is_asked_no_more(
    workspace: FakeSlack, app: SlackAccount, engineers: Directory
) -> None:
    workspace.fail("conversations.info", Fault(lost=True))

    found = await ask_slack(app, engineers)

    assert found["the rest"].verdict is Verdict.FAULT
    assert "person ann" not in found


async def test_it_waits_when_slack_says_that_it_asks_too_fast(
    workspace: FakeSlack, app: SlackAccount
) -> None:
    workspace.fail("auth.test", limited(1))

    assert (await ask_slack(app, None))["bot token"].verdict is Verdict.WELL


@pytest.fixture
def settings(tmp_path: Path, app: SlackAccount, robot: DingTalkAccount) -> Mapping[str, str]:
    """The environment of a desk that is on both platforms, its engineer on both as well."""
    ids = {"ann": {"slack": "U1", "dingtalk": "staff-1"}}
    (tmp_path / "config").mkdir()
    directory(tmp_path / "config", ids=ids, places={"slack": "C1", "dingtalk": CID})
    database = f"sqlite:///{tmp_path / 'desk.db'}"
    migrate(database)
    return {
        "COLUMNS": "200",
        "DATABASE_URL": database,
        "CASEBELL_CONFIG": str(tmp_path / "config"),
        "CASEBELL_MAIL_URL": "mailto://desk.example.com",
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
        "SLACK_API_URL": app.api_url,
        "DINGTALK_CLIENT_ID": robot.client_id,
        "DINGTALK_CLIENT_SECRET": robot.client_secret,
        "DINGTALK_OPENAPI_ENDPOINT": robot.openapi_endpoint,
        "DINGTALK_OAPI_ENDPOINT": robot.oapi_endpoint,
    }


async def doctor(settings: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    done = await asyncio.to_thread(lambda: CliRunner().invoke(casebell, ["doctor", *arguments], env=settings))
    return done.exit_code, done.output


async def test_both_platforms_are_examined_in_one_go(
    workspace: FakeSlack, ding: FakeDingTalk, settings: Mapping[str, str]
) -> None:
    workspace.channel("C1")
    workspace.person("U1")
    ding.person("staff-1", nick="安")

    code, said = await doctor(settings)

    assert code == 0, said
    assert [line for line in said.splitlines() if line in ("Desk", "Slack", "DingTalk")] == [
        "Desk",
        "Slack",
        "DingTalk",
    ]
    assert "0 to mend" in said
    for secret in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DINGTALK_CLIENT_SECRET"):
        assert settings[secret] not in said


async def test_a_fault_on_one_platform_is_the_exit_code(
    workspace: FakeSlack, ding: FakeDingTalk, settings: Mapping[str, str]
) -> None:
    workspace.allow("channel_not_found", "user_not_found")
    ding.person("staff-1", nick="安")

    code, said = await doctor(settings)
    other_code, other = await doctor(settings, "--platform", "dingtalk")

    assert (code, other_code) == (1, 0)
    assert "✗  group engineers" in said
    assert "Slack" not in other.splitlines()
