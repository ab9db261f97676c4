"""What is wrong in the file is told with its line, all at once, and never as anything but ConfigError."""

import string
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.errors import ConfigError, Fault
from bot.directory.loader import load_directory, parse_directory
from tests.unit.directory.files import SMALL

HERE = "#!"  # marks the line that the fault must name

# what is typed, what is typed instead, the field named, what was expected
FAULTS = [
    ("reply_to:", f"reply: {HERE}\n  reply_to:", "desk.reply", "expected no such field"),
    ("  reply_to: desk@example.com\n", "", "desk.reply_to", "expected a value, found none"),
    ("desk@example.com", f"desk {HERE}", "desk.reply_to", "expected an e-mail address, found 'desk'"),
    ("desk@example.com", f"a@b.example;c@b.example {HERE}", "desk.reply_to", "expected an e-mail address"),
    (
        "zone: Asia/Shanghai",
        f"zone: Asia {HERE}",
        "desk.zone",
        "a time zone such as Asia/Shanghai, found 'Asia'",
    ),
    ("America/New_York", f"../x {HERE}", "contracts[2].zone", "a time zone"),
    (
        "languages: [zh, en]",
        f"languages: [zh, fr] {HERE}",
        "desk.languages[1]",
        "expected 'zh' or 'en', found 'fr'",
    ),
    ("languages: [zh, en]", f"languages: [] {HERE}", "desk.languages", "expected at least one"),
    ("languages: [zh, en]", f"languages: [zh, zh] {HERE}", "desk.languages", "each one once"),
    ("languages: [zh, en]", f"languages: zh {HERE}", "desk.languages", "expected a list"),
    ("language: en", f"language: english {HERE}", "customers[1].language", "expected 'zh' or 'en'"),
    (
        "{zh: 甲, en: One}",
        f"{{zh: 甲, en: ' '}} {HERE}",
        "customers[0].name.en",
        "expected text, found nothing",
    ),
    ("{zh: 甲, en: One}", f"One {HERE}", "customers[0].name", "expected fields, found 'One'"),
    ("name: Bob", f"name: {HERE}", "people[1].name", "expected text"),
    ("name: Bob", f"name: [Bob] {HERE}", "people[1].name", "expected text"),
    ("id: one\n", f"id: One Ltd {HERE}\n", "customers[0].id", "expected small letters"),
    ("id: two\n", f"id: one {HERE}\n", "customers[1].id", "expected 'one' only once, found it on line 7 too"),
    ("id: one-new", f"id: one-old {HERE}", "contracts[1].id", "only once, found it on line 14 too"),
    ("id: bob", f"id: ann {HERE}", "people[1].id", "only once"),
    ("id: second", f"id: first {HERE}", "groups[1].id", "only once"),
    ("slack: U4", f"slack: U1 {HERE}\n    ", "people[3].ids.slack", "expected 'U1' only once"),
    ("slack: C9", f"slack: C2 {HERE}\n    ", "groups[2].places.slack", "expected 'C2' only once"),
    (
        "slack: U4",
        f"skype: U4 {HERE}\n    ",
        "people[3].ids.skype",
        "expected 'dingtalk', 'local' or 'slack'",
    ),
    (
        "slack: C9",
        f"skype: C9 {HERE}\n    ",
        "groups[2].places.skype",
        "expected 'dingtalk', 'local' or 'slack'",
    ),
    ("{slack: C9}", f"{{}} {HERE}", "groups[2].places", "expected at least one"),
    (
        "customer: two\n    title",
        f"customer: six {HERE}\n    title",
        "contracts[2].customer",
        "the id of a customer",
    ),
    (
        "specialist: ann",
        f"specialist: zed {HERE}",
        "contracts[1].specialist",
        "the id of a person, found 'zed'",
    ),
    (
        "name: Bob",
        f"name: Bob\n    alerts: [mail] {HERE}",
        "people[1].alerts[0]",
        "the person's e-mail address",
    ),
    ("name: Bob", f"name: Bob\n    alerts: [sms] {HERE}", "people[1].alerts[0]", "the person's phone number"),
    (
        "name: Bob",
        f"name: Bob\n    alerts:\n      - by: mail\n        to: nobody {HERE}",
        "people[1].alerts[0].to",
        "expected an e-mail address",
    ),
    (
        "name: Bob",
        f"name: Bob\n    phone: 1\n    alerts: [{{by: sms, about: [rungs]}}] {HERE}",
        "people[1].alerts[0].about[0]",
        "expected 'case', 'reminder', 'deadline' or 'escalation'",
    ),
    (
        "name: Bob",
        f"name: Bob\n    phone: 1\n    alerts: [{{by: sms, levels: [0]}}] {HERE}",
        "people[1].alerts[0].levels[0]",
        "expected 1, 2, 3, 4 or 5",
    ),
    (
        "name: Bob",
        f"name: Bob\n    quiet_hours: always {HERE}",
        "people[1].quiet_hours",
        "hours such as 22:00",
    ),
    (
        "zone: Asia/Shanghai",
        f"zone: Asia/Shanghai\n  operators: [zed] {HERE}",
        "desk.operators[0]",
        "the id of a",
    ),
    (
        "zone: Asia/Shanghai",
        f"zone: Asia/Shanghai\n  operators: [dora] {HERE}",
        "desk.operators[0]",
        "expected one of the staff",
    ),
    ("specialist: ann", f"specialist: dora {HERE}", "contracts[1].specialist", "expected one of the staff"),
    (
        "customer: two\n    ids",
        f"customer: six {HERE}\n    ids",
        "people[3].customer",
        "the id of a customer",
    ),
    (
        "customer: one\n    places",
        f"customer: six {HERE}\n    places",
        "groups[0].customer",
        "the id of a customer",
    ),
    ("contract: two-only", f"contract: two {HERE}", "groups[1].contract", "the id of a contract"),
    ("contract: two-only", f"contract: one-new {HERE}", "groups[1].contract", "expected a contract of two"),
    ("[engineer, lead]", f"[engineer, boss] {HERE}", "people[0].roles[1]", "'admin', found 'boss'"),
    (
        "[engineer, lead]",
        f"[customer] {HERE}",
        "people[0].roles",
        "expected roles of the staff, or the customer",
    ),
    ("[engineer, lead]", f"[] {HERE}", "people[0].roles", "expected roles of the staff, or the customer"),
    ("ids: {slack: U4}", f"roles: [engineer] {HERE}", "people[3].roles", "no role of the staff"),
    ("2024-12-31", f"2023-12-31 {HERE}", "contracts[0].ends_on", "expected a day not before starts_on"),
    (
        "2024-12-31",
        f"2024-02-30 {HERE}",
        "contracts[0].ends_on",
        "a day such as 2026-11-20, found '2024-02-30'",
    ),
    ("schemes: [s1_p4]", f"schemes: [] {HERE}", "contracts[0].schemes", "expected at least one"),
    (
        "title: Old",
        f"site_allowance_hours: far {HERE}\n    title: Old",
        "contracts[0].site_allowance_hours",
        "a number",
    ),
    (
        "title: Old",
        f"site_allowance_hours: .nan {HERE}\n    title: Old",
        "contracts[0].site_allowance_hours",
        "a number",
    ),
    (
        "title: Old",
        f"site_allowance_hours: -1 {HERE}\n    title: Old",
        "contracts[0].site_allowance_hours",
        "expected",
    ),
    (
        "title: Old",
        f"ladder_in_service_hours: ja {HERE}\n    title: Old",
        "contracts[0].ladder_in_service_hours",
        "true",
    ),
    (
        "reply_to",
        f"number_prefix: case {HERE}\n  reply_to",
        "desk.number_prefix",
        "one to four capital letters",
    ),
    (
        "audience: engineers",
        f"audience: direct {HERE}",
        "groups[2].audience",
        "expected 'customer' or 'engineers'",
    ),
    (
        "    customer: two\n    contract",
        "    contract",
        "groups[1].customer",
        "expected the customer whose group it is",
    ),
    (
        "audience: engineers",
        f"audience: engineers\n    customer: one {HERE}",
        "groups[2].customer",
        "no customer",
    ),
    (
        "audience: engineers",
        f"audience: engineers\n    contract: one-new {HERE}",
        "groups[2].contract",
        "no contract",
    ),
    ("reads: mentions", f"reads: some {HERE}", "groups[0].reads", "expected 'all' or 'mentions'"),
    ("[ann, bob]", f"[ann, zed] {HERE}", "rota[0].people[1]", "expected the id of a person, found 'zed'"),
    ("[ann, bob]", f"[ann, dora] {HERE}", "rota[0].people[1]", "expected one of the staff, found 'dora'"),
    ("[ann, bob]", f"[] {HERE}", "rota[0].people", "expected at least one"),
    (
        "hours: 09:00-18:00",
        f"hours: daily {HERE}",
        "rota[0].hours",
        "expected always, or hours such as 09:00-17:30",
    ),
    ("hours: 09:00-18:00", f"hours: 09:00-09:00 {HERE}", "rota[0].hours", "two different times"),
    (
        "- role: engineer\n    people: [ann",
        f"- role: customer {HERE}\n    people: [ann",
        "rota[0].role",
        "of the staff",
    ),
    ("rota:", f"rotas: {HERE}", "rotas", "expected no such field"),
    ("name: Bob", f"name: Bob\n    name: Rob {HERE}", "people[1].name", "expected each field once"),
    ("name: Bob", f"name: Bob\n    [x]: y {HERE}", "people[1]", "expected a plain field name"),
    (
        "roles: [engineer]",
        f"roles: &r [engineer]\n    skills: *r {HERE}",
        "people[1].skills",
        "found an alias",
    ),
    ("name: Bob", f"name: Bob: Rob {HERE}", "yaml", "expected YAML: mapping values are not allowed here"),
    ("name: Bob", f"name: B\x07b {HERE}", "yaml", "expected YAML: special characters are not allowed"),
]


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as caught:
        parse_directory(text, file="directory.yaml")
    return caught.value.faults


def line_of(mark: str, text: str) -> int | None:
    return next((number for number, line in enumerate(text.splitlines(), 1) if mark in line), None)


@pytest.mark.parametrize(("typed", "instead", "field", "expected"), FAULTS)
def test_a_fault_names_its_line_its_field_and_what_was_expected(
    typed: str, instead: str, field: str, expected: str
) -> None:
    assert typed in SMALL
    text = SMALL.replace(typed, instead, 1)

    told = {fault.field: fault for fault in faults_of(text)}

    assert expected in told[field].expected
    assert told[field].line == line_of(HERE, text) or HERE not in text
    assert str(told[field]).startswith(f"directory.yaml:{told[field].line}: {field}: ")


def test_what_is_missing_is_told_on_the_line_of_the_row_it_is_missing_from() -> None:
    (fault,) = faults_of(SMALL.replace("    title: New\n", ""))

    assert (fault.line, fault.field) == (line_of("id: one-new", SMALL), "contracts[1].title")


def test_every_fault_is_told_at_once_in_the_order_of_lines() -> None:
    text = (
        SMALL.replace("Asia/Shanghai", "Mars")
        .replace("language: en", "language: fr")
        .replace("specialist: ann", "specialist: zed")
        .replace("name: Bob", "name: Bob\n    nick: B")
        .replace("people: [bob]", "people: [dora]")
    )

    assert [fault.field for fault in faults_of(text)] == [
        "desk.zone",
        "customers[1].language",
        "contracts[1].specialist",
        "people[1].nick",
        "rota[1].people[0]",
    ]


def test_ids_used_twice_on_one_line_are_told() -> None:
    people = "people: [{id: x, name: X, roles: [lead]}, {id: x, name: Y, roles: [lead]}]\n"
    (fault,) = faults_of(SMALL.partition("customers:")[0] + people)

    assert fault.field == "people[1].id"


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "just words", "- a\n- list\n", "[" * 3000, '"\\UFFFFFFFF"']
)
def test_what_is_no_directory_at_all_is_a_fault_too(text: str) -> None:
    assert len(faults_of(text)) == 1


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected a file that can be read"):
        load_directory(tmp_path / "none.yaml")


def test_a_file_in_another_encoding_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "directory.yaml"
    path.write_bytes(SMALL.encode("gb18030"))

    with pytest.raises(ConfigError, match="expected text in UTF-8"):
        load_directory(path)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "directory.yaml"
    path.write_bytes(SMALL.encode("utf-8-sig"))

    assert load_directory(path).edition == parse_directory(SMALL, file="directory.yaml").edition


PIECES = st.one_of(
    st.text(alphabet=string.punctuation + " \n\t0aé甲\x00\ufeff", max_size=4),
    st.sampled_from(
        ["&a ", "*a", "!!int ", "!!set", "<<: ", "%YAML 1.1\n---\n", "---\n", '"\\UFFFFFFFF"', "|\n", "~"]
    ),
)
EDITS = st.lists(st.tuples(st.integers(0, len(SMALL)), st.integers(0, 12), PIECES), min_size=1, max_size=4)


def found_in(text: str) -> tuple[Fault, ...]:
    try:
        parse_directory(text, file="directory.yaml")
    except ConfigError as error:
        return error.faults
    return ()


@settings(deadline=None)
@given(EDITS)
@example([(0, 0, "&0{"), (0, 0, "&0{")])
def test_a_file_however_mangled_raises_nothing_but_config_error(edits: list[tuple[int, int, str]]) -> None:
    text = SMALL
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]

    faults = found_in(text)

    assert all(1 <= fault.line <= len(text.splitlines()) + 1 for fault in faults)
