"""What a card shows to whom."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.model import Case, Fact, FactKind, Status, WaitingFor
from bot.core.message import Buttons, Fields, Message, Tone
from bot.core.people import Language, Level
from bot.core.verbs import Verb
from bot.notify.cards import change_lines, customer_card, engineer_card
from bot.notify.plain import plain
from bot.notify.promises import deadlines
from bot.sla.milestones import on_event
from bot.sla.rules import ClockEvent
from tests.golden.gallery import EVE, Gallery, at, flat, new_case


@pytest.fixture
def gallery(request: pytest.FixtureRequest) -> Gallery:
    return Gallery(
        Language.ZH,
        request.getfixturevalue("directory"),
        request.getfixturevalue("book"),
        request.getfixturevalue("texts"),
    )


def case_of(gallery: Gallery, contract: str, **changes: object) -> Case:
    return new_case(gallery.directory, gallery.book, contract, **changes)


def to_customer(gallery: Gallery, case: Case, now: datetime) -> list[str]:
    return list(plain(customer_card(gallery.scene(now, staff=False), case)))


def to_engineer(gallery: Gallery, case: Case, now: datetime) -> Message:
    return engineer_card(gallery.scene(now, staff=True), case, None)


def fields(message: Message) -> dict[str, str]:
    return {
        line.split("：", 1)[0]: line.split("：", 1)[1]
        for block in message.blocks
        if isinstance(block, Fields)
        for line in plain(Message(blocks=(block,)))
    }


def happened(gallery: Gallery, case: Case, event: ClockEvent, now: datetime) -> Case:
    return replace(case, promises=on_event(case.promises, event, now, book=gallery.book, terms=case.terms))


def test_a_contract_that_says_promptly_shows_no_figure(gallery: Gallery) -> None:
    assert "响应：及时" in to_customer(gallery, case_of(gallery, "yuanshan-erp"), at(20, "14:01"))


def test_promptly_and_an_hour_are_both_said_where_the_contract_has_both(gallery: Gallery) -> None:
    lines = to_customer(gallery, case_of(gallery, "huayue-campus"), at(20, "14:01"))

    assert "响应：及时，最迟 今天(周五) 15:00" in lines


def test_a_fix_clock_that_has_not_started_says_what_starts_it(gallery: Gallery) -> None:
    case = case_of(gallery, "yuanshan-erp")
    visited = happened(gallery, case, ClockEvent.VISIT_DECIDED, at(20, "14:10"))

    assert "解决：从确诊或到场起算，2 小时内" in to_customer(gallery, case, at(20, "14:01"))
    assert "解决：从工程师到场起算，2 小时内" in to_customer(gallery, visited, at(20, "14:11"))


def test_a_milestone_the_scheme_lacks_is_not_shown(gallery: Gallery) -> None:
    lines = to_customer(gallery, case_of(gallery, "bluebay-portal"), at(20, "14:01"))

    assert not any(line.startswith(("解决", "诊断结果", "到达现场")) for line in lines)


def test_nobody_is_promised_to_come_before_a_visit_is_decided(gallery: Gallery) -> None:
    case = case_of(gallery, "huayue-campus")
    decided = happened(gallery, case, ClockEvent.VISIT_DECIDED, at(20, "14:10"))

    assert not any(line.startswith("到达现场") for line in to_customer(gallery, case, at(20, "14:11")))
    assert "到达现场：今天(周五) 16:00 前" in to_customer(gallery, decided, at(20, "14:11"))


def test_a_card_that_stands_for_a_while_names_instants_and_never_how_far_away_they_are(
    gallery: Gallery,
) -> None:
    case = case_of(gallery, "huayue-campus")

    fresh, late = (fields(to_engineer(gallery, case, at(20, when))) for when in ("14:01", "15:30"))

    assert fresh["开始支持"] == "今天(周五) 15:30"
    assert late["开始支持"] == "今天(周五) 15:30，已超时"
    assert not any("还剩" in value for value in (*fresh.values(), *late.values()))


def test_of_a_fresh_hour_an_hour_is_left(gallery: Gallery) -> None:
    case = case_of(gallery, "huayue-campus")
    scene = gallery.scene(at(20, "14:30") + timedelta(seconds=5), staff=True)

    said = fields(Message(blocks=(Fields(deadlines(scene, case)),)))

    assert said["开始支持"] == "今天(周五) 15:30，还剩 1 小时"


def test_a_paused_clock_says_for_whom_it_waits(gallery: Gallery) -> None:
    case = case_of(gallery, "chengjiang-network")
    case = replace(case, terms=replace(case.terms, customer_wait_pauses_fix=True))
    paused = happened(gallery, case, ClockEvent.CUSTOMER_WAIT, at(20, "15:00"))
    waits = replace(paused, status=Status.WAITING, waiting=WaitingFor.CUSTOMER)

    assert "解决：等您答复，暂停计时" in to_customer(gallery, waits, at(20, "16:00"))
    for_parts = replace(waits, waiting=WaitingFor.PARTS)
    assert "解决：等备件，暂停计时" in to_customer(gallery, for_parts, at(20, "16:00"))
    assert fields(to_engineer(gallery, waits, at(20, "16:00")))["解决"] == "暂停，已用 1 小时"


def test_outside_service_hours_the_card_says_when_we_are_back_and_whom_to_call(gallery: Gallery) -> None:
    business = to_customer(gallery, case_of(gallery, "bluebay-portal"), at(20, "18:30"))
    elapsed = to_customer(gallery, case_of(gallery, "chengjiang-network"), at(20, "18:30"))

    assert "现在不在服务时间，以上时间按服务时间计算；11月23日 周一 09:00 恢复服务。" in business
    assert "现在不在服务时间，以上时间仍照常计算；11月23日 周一 09:00 恢复服务。" in elapsed
    assert "着急的话，请拨打 000-0000-0300。" in business


def test_in_service_hours_the_card_says_nothing_of_them(gallery: Gallery) -> None:
    lines = to_customer(gallery, case_of(gallery, "bluebay-portal"), at(20, "14:01"))

    assert not any("服务时间" in line for line in lines)


def test_a_calendar_without_data_keeps_no_card_from_being_drawn(gallery: Gallery) -> None:
    far = datetime(2040, 1, 2, 12, tzinfo=at(20, "14:00").tzinfo)

    assert to_customer(gallery, case_of(gallery, "bluebay-portal"), far)


def test_without_a_promise_the_card_says_why(gallery: Gallery) -> None:
    unbound = case_of(gallery, "none")
    ended = replace(unbound, contract=gallery.directory.contracts["yuanshan-erp"].id)  # type: ignore[index]  # the demo's own id

    assert any("没有对应的服务合同" in line for line in to_customer(gallery, unbound, at(20, "14:01")))
    assert any("不在服务期内" in line for line in to_customer(gallery, ended, at(20, "14:01")))


def test_the_worst_deadline_comes_first_and_colours_the_card(gallery: Gallery) -> None:
    case = case_of(gallery, "huayue-campus")

    assert (
        next(name for name in fields(to_engineer(gallery, case, at(20, "14:01"))) if name in ("响应", "解决"))
        == "响应"
    )
    assert to_engineer(gallery, case, at(20, "14:01")).tone is Tone.PLAIN
    assert to_engineer(gallery, case, at(20, "14:50")).tone is Tone.WARNING
    assert to_engineer(gallery, case, at(20, "15:01")).tone is Tone.ALARM
    assert to_engineer(gallery, replace(case, status=Status.SOLVED), at(20, "15:01")).tone is Tone.GOOD


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_card(gallery: Gallery, status: Status) -> None:
    case = replace(case_of(gallery, "huayue-campus"), status=status)

    assert to_engineer(gallery, case, at(20, "14:01")).blocks
    assert to_customer(gallery, case, at(20, "14:01"))


@pytest.mark.parametrize(
    ("status", "verbs"),
    [
        (Status.OPEN, [Verb.ADD, Verb.SHOW, Verb.CHASE]),
        (Status.SOLVED, [Verb.CONFIRM, Verb.REOPEN]),
        (Status.CLOSED, [Verb.REOPEN]),
        (Status.ENDED, []),
    ],
)
def test_a_customers_buttons_fit_the_status(gallery: Gallery, status: Status, verbs: list[Verb]) -> None:
    case = replace(case_of(gallery, "huayue-campus"), status=status, version=5)
    message = customer_card(gallery.scene(at(20, "14:01"), staff=False), case)
    buttons = [each for block in message.blocks if isinstance(block, Buttons) for each in block.buttons]

    assert [each.verb for each in buttons] == verbs
    assert all(each.as_of == 5 for each in buttons)


def test_where_a_card_cannot_be_edited_a_change_is_one_line(gallery: Gallery) -> None:
    case = case_of(gallery, "huayue-campus")
    scene = flat(gallery.scene(at(20, "14:40"), staff=True))
    taken = Fact(kind=FactKind.TAKEN, at=at(20, "14:30"), said_at=at(20, "14:30"), actor=EVE)
    opened = replace(taken, kind=FactKind.OPENED)

    line = change_lines(scene, case, [opened, taken, opened])

    assert line is not None
    assert plain(line) == ("C-20261120-0007  14:30  Eve Turner 接手",)
    assert change_lines(scene, case, [opened]) is None


def test_a_level_nobody_has_confirmed_is_marked(gallery: Gallery) -> None:
    case = case_of(gallery, "huayue-campus", provisional=True, level=Level.SEVERE)

    assert "等级：P2 · 部分设备故障（暂定）" in to_customer(gallery, case, at(20, "14:01"))


def test_a_rung_in_a_year_not_announced_is_provisional(gallery: Gallery) -> None:
    report = datetime(2026, 12, 31, 9, 20, tzinfo=UTC)  # 17:20 in Shanghai
    case = case_of(gallery, "yuanshan-erp", level=Level.MINOR, opened_at=report, ladder_from=report)
    terms = replace(case.terms, calendar="s0_office", ladder_in_service_hours=True)

    rung = fields(to_engineer(gallery, replace(case, terms=terms), report))["下一级上报"]

    assert "2027年1月4日" in rung
    assert "暂定" in rung
