"""Articles as tables: written and read back they are the same; a fault names its row."""

import csv
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.core.errors import CasebellError, ConfigError
from bot.core.people import Language
from bot.kb.article import Article
from bot.knowledge.rows import COLUMNS, Assumed, row_of
from bot.knowledge.sheets import read_csv, read_xlsx, write_csv, write_xlsx
from tests.unit.kb.articles import HOURS, articles

ASSUMED = Assumed(day=date(2026, 11, 20), source="faq.csv")
SEVERAL = st.lists(articles(), min_size=1, max_size=3, unique_by=lambda article: article.id)


@given(SEVERAL)
@settings(max_examples=40, deadline=None)
def test_what_is_written_as_csv_reads_the_same(several: list[Article]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "kb.csv"
        write_csv(file, several)
        assert read_csv(file, ASSUMED) == tuple(several)


@given(SEVERAL)
@settings(max_examples=40, deadline=None)
def test_what_is_written_as_a_workbook_reads_the_same(several: list[Article]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "kb.xlsx"
        write_xlsx(file, several)
        assert read_xlsx(file, ASSUMED) == tuple(several)


def test_no_cell_is_calculated(tmp_path: Path) -> None:
    article = changed(titles={**HOURS.titles, Language.ZH: "=HYPERLINK(1)"})
    write_xlsx(tmp_path / "kb.xlsx", [article])
    write_csv(tmp_path / "kb.csv", [article])

    sheet = load_workbook(tmp_path / "kb.xlsx").worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    cells = next(iter(csv.DictReader((tmp_path / "kb.csv").read_text("utf-8-sig").splitlines())))
    assert cells["title_zh"] == "'=HYPERLINK(1)"


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut_off(tmp_path: Path) -> None:
    long = changed(answers={**HOURS.answers, Language.EN: "x" * 40_000})

    with pytest.raises(CasebellError, match="too long for a cell"):
        write_xlsx(tmp_path / "kb.xlsx", [long])
    write_csv(tmp_path / "kb.csv", [long])
    assert read_csv(tmp_path / "kb.csv", ASSUMED) == (long,)


def test_a_table_of_questions_and_answers_will_do(tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_text(
        "问题,答案,相似问法,标签\n"
        '怎么申请访客网络？,在门户登记。,"访客 wifi\n客人上网",网络\n'
        "How do I print?,Press print.,,\n",
        encoding="utf-8",
    )

    chinese, english = read_csv(file, ASSUMED)

    assert chinese.titles == {Language.ZH: "怎么申请访客网络？"}
    assert chinese.aliases == {Language.ZH: ("访客 wifi", "客人上网")}
    assert (chinese.tags, chinese.updated, chinese.version) == (("网络",), ASSUMED.day, 1)
    assert (english.id, english.answers) == ("how-do-i-print", {Language.EN: "Press print."})
    assert english.sources == {Language.EN: "faq.csv"}


@pytest.mark.parametrize(
    ("change", "line", "field"),
    [
        ({"audience": "everybody"}, 2, "audience"),
        ({"updated": "soon"}, 2, "updated"),
        ({"version": "two"}, 2, "version"),
        ({"id": "Not An Id"}, 2, "id"),
        ({"answer_en": ""}, 2, "answers.en"),
        ({"valid_from": "2026-12-01", "valid_until": "2026-11-01"}, 2, "valid_until"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(
    tmp_path: Path, change: dict[str, str], line: int, field: str
) -> None:
    file = tmp_path / "kb.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.DictWriter(stream, COLUMNS)
        rows.writeheader()
        rows.writerow({**row_of(HOURS), **change})

    with pytest.raises(ConfigError) as error:
        read_csv(file, ASSUMED)

    assert (error.value.faults[0].line, error.value.faults[0].field) == (line, field)


def test_every_fault_of_a_table_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "kb.csv"
    rows = ("id,title,answer,mood", "same,甲？,乙。,", "same,丙？,丁。,", "other,戊？,,")
    file.write_text("\n".join(rows), "utf-8")

    with pytest.raises(ConfigError) as error:
        read_csv(file, ASSUMED)

    assert [(fault.line, fault.field) for fault in error.value.faults] == [
        (1, "mood"),
        (3, "id"),
        (4, "answers.zh"),
    ]


GARBLED = {
    "more cells than columns": ("title,answer\n甲？,乙。\n丙？,丁,还有。\n", 3, "row"),
    "a cell that never ends": ('title,answer\n甲？,乙。\n丙？,"丁\n', 3, "row"),
    "a cell too long": ("title,answer\n甲？,乙。\n丙？," + "丁" * 10_000_001, 3, "row"),
    "a column twice": ("title,question,answer\n甲？,乙？,丙。\n", 1, "title"),
    "a version of ten thousand digits": (f"title,answer,version\n甲？,乙。,{'9' * 10_000}\n", 2, "version"),
    "a fault below a cell of several lines": ('title,answer\n甲？,"乙。\n\n丙。"\n丁？,\n', 5, "answers.zh"),
    "nothing": ("", 1, "columns"),
}


@pytest.mark.parametrize(("text", "line", "field"), GARBLED.values(), ids=GARBLED.keys())
def test_a_garbled_table_is_refused_where_it_is_wrong(
    tmp_path: Path, text: str, line: int, field: str
) -> None:
    file = tmp_path / "kb.csv"
    file.write_text(text, "utf-8")

    with pytest.raises(ConfigError) as error:
        read_csv(file, ASSUMED)

    assert [(fault.line, fault.field) for fault in error.value.faults] == [(line, field)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_whatever_parts_the_cells_is_seen_in_the_first_line(tmp_path: Path, delimiter: str) -> None:
    file = tmp_path / "kb.csv"
    rows = (("title", "answer", "tags"), ("甲？", "乙, 丙; 丁。", "网络"))
    file.write_text("\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows), "utf-8-sig")

    [article] = read_csv(file, ASSUMED)

    assert (article.answers, article.tags) == ({Language.ZH: "乙, 丙; 丁。"}, ("网络",))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_is_read_or_refused_and_never_breaks(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        whole, broken = Path(folder) / "whole.xlsx", Path(folder) / "broken.xlsx"
        write_xlsx(whole, [HOURS])
        with ZipFile(whole) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        name = data.draw(st.sampled_from(sorted(parts)))
        at = data.draw(st.integers(0, len(parts[name])))
        put = data.draw(st.sampled_from([b"", b"<", b"&", b"\0", b"</row>", b"<c t='d'><v>x</v></c>"]))
        parts[name] = parts[name][:at] + put + parts[name][at + data.draw(st.integers(0, 40)) :]
        with ZipFile(broken, "w") as book:
            for each, content in parts.items():
                book.writestr(each, content)

        with suppress(ConfigError):
            read_xlsx(broken, ASSUMED)


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    file = tmp_path / "kb.xlsx"
    file.write_text("no workbook")

    with pytest.raises(ConfigError, match="a workbook in XLSX"):
        read_xlsx(file, ASSUMED)
    with pytest.raises(ConfigError, match="CSV UTF-8"):
        read_csv(tmp_path / "nowhere.csv", ASSUMED)
    (tmp_path / "gbk.csv").write_bytes("问题,答案\n甲？,乙。".encode("gbk"))
    with pytest.raises(ConfigError, match="CSV UTF-8"):
        read_csv(tmp_path / "gbk.csv", ASSUMED)


def changed(**fields: object) -> Article:
    return Article(**{**{name: getattr(HOURS, name) for name in Article.__slots__}, **fields})
