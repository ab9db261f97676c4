from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.core.people import Language, Level, Role
from bot.sla.allowance import Allowance, Unit
from bot.sla.policy import Basis, Book, Milestone, Policy, Starts, Terms
from bot.sla.staffing import StepKind
from tests.unit.sla.desk import FLAT, OFFICE, WORKING_HOURS
from tests.unit.sla.figures import FIGURES

M = Milestone

UNITS = {Unit.HOURS: "h", Unit.DAYS: "d", Unit.WORKING_DAYS: "w", Unit.MONTHS: "m"}


def _short(allowance: Allowance) -> str:
    return f"{allowance.amount:g}{UNITS[allowance.unit]}"


def _figure(book: Book, terms: Terms, milestone: Milestone, level: Level) -> str:
    for target in book.targets(terms, level):
        if target.milestone is milestone:
            best = f"{_short(target.min)}-" if target.min else ""
            return best + _short(target.max) if target.max else "及时"
    return "-"


def _only(scheme: str) -> Terms:
    return replace(FLAT, schemes=(scheme,), calendar="s4_standard")


@pytest.mark.parametrize(("scheme", "milestone", "starts", "basis", "figures"), FIGURES)
def test_a_shipped_scheme_has_the_figures_of_its_document(
    book: Book, scheme: str, milestone: Milestone, starts: Starts, basis: Basis, figures: str
) -> None:
    row = book.policies[scheme].targets[milestone]

    assert [_figure(book, _only(scheme), milestone, level) for level in Level] == figures.split()
    assert (row.starts, row.basis) == (starts, basis)
    assert row.clause.startswith(f"{scheme[:2].upper()} ")


def test_no_shipped_scheme_promises_anything_else(book: Book) -> None:
    promised = {(name, milestone) for name, policy in book.policies.items() for milestone in policy.targets}

    assert promised == {(scheme, milestone) for scheme, milestone, *_ in FIGURES}


def test_the_ladder_names_who_the_matrix_names(book: Book) -> None:
    rows = [
        (row.after.length / timedelta(hours=1), [row.tell.get(level) for level in Level])
        for row in book.policies["s1_matrix"].rungs
    ]
    e, m, d, v, p = Role.ENGINEER, Role.MANAGER, Role.DIRECTOR, Role.VICE_PRESIDENT, Role.PRESIDENT

    assert rows == [
        (0.5, [e, None, None, None, None]),
        (1.0, [m, e, None, None, None]),
        (4.0, [d, m, e, e, None]),
        (12.0, [v, d, m, m, None]),
        (24.0, [p, v, d, d, None]),
    ]


def test_the_engineer_is_reminded_reassigned_and_late_at_the_documents_minutes(book: Book) -> None:
    steps = [
        (row.after.length // timedelta(minutes=1), row.do) for row in book.policies["s1_case_reminders"].steps
    ]

    assert steps == [
        (0, StepKind.NOTIFY),
        (30, StepKind.REMIND),
        (45, StepKind.REMIND),
        (45, StepKind.REASSIGN),
        (60, StepKind.OVERDUE),
    ]


@pytest.mark.parametrize("level", [Level.CRITICAL, Level.SEVERE])
def test_a_promise_without_a_number_has_only_an_alarm_and_a_limit_of_our_own(
    book: Book, level: Level
) -> None:
    response = book.targets(_only("s1_p4"), level)[0]

    assert response.max is None
    assert not response.shown
    assert response.alarm == Allowance(0.5, Unit.HOURS)
    assert response.limit == Allowance(1, Unit.HOURS)


def test_working_time_counts_on_the_contracts_own_hours_and_elapsed_time_always(book: Book) -> None:
    response, arrival = book.targets(WORKING_HOURS, Level.CRITICAL)

    assert (response.calendar, arrival.calendar) == ("s4_standard", "always")


def test_several_schemes_of_one_contract_are_all_tracked(book: Book) -> None:
    promised = [(target.scheme, target.milestone) for target in book.targets(FLAT, Level.SEVERE)]

    assert promised == [
        ("s1_p4", M.RESPONSE),
        ("s1_p4", M.DIAGNOSIS),
        ("s1_p4", M.ARRIVAL),
        ("s1_p4", M.FIX),
        ("s1_phone", M.RESPONSE),
        ("s1_phone", M.SUPPORT_STARTED),
        ("s1_onsite", M.RESPONSE),
        ("s1_onsite", M.ENGINEER_NAMED),
        ("s1_onsite", M.ARRIVAL),
        ("s1_onsite", M.FIX),
    ]


def test_a_level_is_called_as_the_contract_calls_it(book: Book) -> None:
    assert book.level_name(OFFICE, Level.CRITICAL, Language.ZH) == "一级 · 重大的系统故障"
    assert book.level_name(OFFICE, Level.CRITICAL, Language.EN) == "Level 1: major system fault"
    assert book.level_name(FLAT, Level.CRITICAL, Language.ZH) == "P1 · 重大故障"
    assert book.level_definition(FLAT, Level.CRITICAL, Language.ZH).startswith("重大故障，系统瘫痪")


def test_a_level_without_a_name_in_the_contract_has_the_desks_own(book: Book) -> None:
    assert book.level_name(FLAT, Level.REQUEST, Language.EN) == "Level 5: request"
    assert book.level_name(None, Level.CRITICAL, Language.ZH) == "一级 · 紧急"


def test_the_bridge_to_other_scales_leaves_level_five_without_a_class(book: Book) -> None:
    """C27; S1-A2.7.2-1 S1-A2.7.2-2 S1-A2.7.2-3."""
    known = {name: [*policy.levels] for name, policy in book.policies.items() if policy.levels}

    assert known == {
        "desk": [*Level],
        "s0_fault5": [*Level],
        "s1_events3": [1, 2, 3, 4],
        "s1_p4": [1, 2, 3, 4],
        "s4_response5": [*Level],
    }
    events = book.policies["s1_events3"].levels
    assert [events[level].name.zh for level in (Level.CRITICAL, Level.SEVERE)] == ["紧急事件", "严重事件"]
    assert {events[level].name.zh for level in (Level.MINOR, Level.USAGE)} == {"一般事件"}


def test_every_level_has_words_in_both_languages(book: Book) -> None:
    for policy in book.policies.values():
        for words in policy.levels.values():
            assert all((words.name.zh, words.name.en, words.definition.zh, words.definition.en))


@pytest.mark.parametrize("terms", [FLAT, OFFICE, WORKING_HOURS])
def test_the_terms_of_typical_contracts_name_nothing_unknown(book: Book, terms: Terms) -> None:
    assert book.unknown_names(terms) == ()


def test_names_that_no_file_defines_are_told(book: Book) -> None:
    terms = replace(FLAT, schemes=("s1_p4", "gold"), calendar="moon", ladder="s1_p4", engineer_clock="none")

    assert book.unknown_names(terms) == (
        "schemes: gold",
        "calendar: moon",
        "ladder: s1_p4",
        "engineer_clock: none",
    )


def _folder(tmp_path: Path, policy: str, *, name: str = "gold.toml", under: str = "policies") -> Path:
    (tmp_path / under).mkdir(exist_ok=True)
    (tmp_path / under / name).write_text(policy, encoding="utf-8")
    return tmp_path


GOLD = """\
title = { zh = "金牌", en = "Gold" }
source = "Contract G-1 §3"

[targets.response]
starts = "receipt"
basis = "elapsed"
clause = "G-1 §3"
levels.1 = { max = "15 minutes" }
levels.2 = { max = "1 hour" }
"""


def test_a_deployment_adds_schemes_and_replaces_shipped_ones_by_name(book: Book, tmp_path: Path) -> None:
    text = GOLD.replace("15 minutes", "0.25 hours")

    added = Book.load(_folder(tmp_path, text))
    replaced = Book.load(_folder(tmp_path, text, name="s1_phone.toml"))

    assert _figure(added, _only("gold"), M.RESPONSE, Level.CRITICAL) == "0.25h"
    assert _figure(replaced, _only("s1_phone"), M.RESPONSE, Level.CRITICAL) == "0.25h"
    assert len({book.edition, added.edition, replaced.edition}) == 3
    assert Book.load().edition == book.edition


def _faults(folder: Path) -> list[tuple[str, int, str, str]]:
    with pytest.raises(ConfigError) as caught:
        Book.load(folder)
    return [(Path(f.file).name, f.line, f.field, f.expected) for f in caught.value.faults]


def test_a_wrong_value_is_told_with_file_line_field_and_what_was_expected(tmp_path: Path) -> None:
    (fault,) = _faults(_folder(tmp_path, GOLD))

    assert fault[:3] == ("gold.toml", 8, "targets.response.levels.1.max")
    assert '"24 hours", "7 days", "18 working days" or "3 months"' in fault[3]


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = GOLD.replace('"receipt"', '"dawn"').replace("levels.2", "levels.7") + "colour = 3\n"

    faults = _faults(_folder(tmp_path, text))

    assert [(line, field) for _, line, field, _ in faults] == [
        (5, "targets.response.starts"),
        (8, "targets.response.levels.1.max"),
        (9, "targets.response.levels.7.[key]"),
        (10, "targets.response.colour"),
    ]


def test_a_fault_in_a_list_of_tables_is_told_at_its_own_row(tmp_path: Path) -> None:
    rung = '[[rungs]]\nafter = "1 hour"\ntell = { 1 = "lead" }\nclause = "G"\n'
    text = 'title = { zh = "梯", en = "Ladder" }\nsource = "G"\n' + rung + rung.replace("lead", "king")

    ((_, line, field, _),) = _faults(_folder(tmp_path, text))

    assert (line, field) == (9, "rungs.1.tell.1")


def test_a_file_that_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    ((name, line, _, expected),) = _faults(_folder(tmp_path, "title = {}\nsource =\n"))

    assert (name, line) == ("gold.toml", 2)
    assert expected.startswith("TOML: ")


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    folder = _folder(tmp_path, GOLD)
    (folder / "policies" / "gold.toml").write_bytes(b"title = \xff")

    assert _faults(folder) == [("gold.toml", 1, "file", "expected text in UTF-8")]


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    added = Book.load(_folder(tmp_path, "\ufeff" + GOLD.replace("15 minutes", "0.25 hours")))

    assert "gold" in added.policies


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"elapsed"', '"business"', "business time is counted in hours or working_days"),
        ('"2 days"', '"2 working days"', "elapsed time is counted in days or hours or months"),
        ('"15 minutes"', '"0 working days"', "whole working days"),
        ('"15 minutes"', '"1.5 months"', "whole months"),
    ],
)
def test_durations_that_cannot_be_counted_are_refused(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = GOLD.replace("1 hour", "2 days").replace(old, new).replace("15 minutes", "1 hour")

    assert any(expected in fault[3] for fault in _faults(_folder(tmp_path, text)))


TEA = '{ zh = "茶", en = "Tea" }'
LATE = 'report_within = "2 working days"'


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('[[steps]]\nafter = "1 month"\ndo = "remind"', "hours or days"),
        ('[[unseen]]\nafter = "2 working days"\nto = "next"', "hours or days"),
        (
            '[windows]\ncloses_after = "2 months"\nlast_notice = "1 month"\nreopens_within = "1 month"',
            "a last notice in days",
        ),
        (
            f'[duties.tea]\nname = {TEA}\nevery = "1 month"\nfrom = "month"\nby = "lead"\n{LATE}',
            "time for its report",
        ),
    ],
)
def test_a_time_that_nothing_could_count_is_refused(tmp_path: Path, row: str, expected: str) -> None:
    text = f'title = {TEA}\nsource = "G"\n{row}\nclause = "G"\n'

    assert any(expected in fault[3] for fault in _faults(_folder(tmp_path, text)))


CALENDAR = """\
[calendars.moon]
zone = "Asia/Shanghai"
holidays = "lunar"
working_hours = ["09:00-17:00"]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "expected"),
    [
        ("", "", 3, "calendars.moon.holidays", "the name of a list of holidays"),
        ('"Asia/Shanghai"', '"Moon/Crater"', 2, "calendars.moon.zone", "a time zone"),
        ("17:00", "late", 4, "calendars.moon.working_hours.0", 'hours such as "09:00-17:30"'),
        ("17:00", "08:00", 4, "calendars.moon.working_hours.0", "the end after the start"),
        ('17:00"', '17:00", "16:00-18:00"', 4, "calendars.moon.working_hours", "none overlapping"),
        ('working_hours = ["09:00-17:00"]', "", 1, "calendars.moon", "hours on some kind of day"),
    ],
)
def test_a_wrong_calendar_is_told_in_the_same_way(
    tmp_path: Path, old: str, new: str, line: int, field: str, expected: str
) -> None:
    text = CALENDAR.replace(old, new) if old else CALENDAR

    ((name, *where, told),) = _faults(_folder(tmp_path, text, name="calendars.toml", under="data"))

    assert (name, where) == ("calendars.toml", [line, field])
    assert expected in told


YEAR = '[[years]]\nyear = 2028\nsource = "notice"\noff = [[2028-01-01, 2028-01-02]]\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (YEAR.replace("2028-01-02", "2029-01-02"), "days of 2028 only"),
        (YEAR.replace("2028-01-01", "2028-01-03"), "last day is not before the first"),
        (YEAR + YEAR, "at least one year, in order, none missing"),
    ],
)
def test_a_wrong_list_of_holidays_is_told_in_the_same_way(tmp_path: Path, text: str, expected: str) -> None:
    ((*_, told),) = _faults(_folder(tmp_path, text, name="lunar.toml", under="data"))

    assert expected in told


def test_a_deployment_adds_a_calendar_with_its_own_holidays(tmp_path: Path) -> None:
    _folder(tmp_path, YEAR, name="lunar.toml", under="data")

    book = Book.load(_folder(tmp_path, CALENDAR, name="calendars.toml", under="data"))

    assert book.calendars["moon"].covers_to.year == 2028
    assert "s0_office" in book.calendars


def test_a_policy_does_not_change() -> None:
    assert Policy.model_config["frozen"]


def test_a_documents_own_working_days_count_whatever_the_contracts_hours_are(book: Book) -> None:
    """S0-3.2.2-1: 18 working days, also where the desk answers around the clock."""
    (unit_return,) = book.targets(replace(FLAT, schemes=("s0_rma",)), Level.USAGE)

    assert unit_return.calendar == "s0_office"


def test_a_calendar_that_no_file_has_is_told_on_its_line(tmp_path: Path) -> None:
    text = GOLD.replace("15 minutes", "0.25 hours").replace(
        'basis = "elapsed"', 'basis = "business"\ncalendar = "moon"'
    )

    assert _faults(_folder(tmp_path, text)) == [
        ("gold.toml", 7, "targets.response.calendar", "the name of a calendar")
    ]
