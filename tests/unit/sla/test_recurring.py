from datetime import date
from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.sla.allowance import Unit
from bot.sla.book import Book
from bot.sla.recurring import latest

LETTER = {Unit.DAYS: "d", Unit.MONTHS: "m"}

# What recurs by the documents: requirement, duty, how often, counted from.
DUTIES = [
    ("S0-3.1.1-2", "s0_digest", "7d", "start"),
    ("S0-3.4.11-1", "s0_visit_year", "3m", "start"),
    ("S0-3.4.8", "s0_upgrade_media", "1m", "start"),
    ("S0-3.1.3", "s0_ids_signatures", "1m", "start"),
    ("S0-3.1.4", "s0_scanner_signatures", "1m", "start"),
    ("S0-3.1.5", "s0_ips_signatures", "14d", "start"),
    ("S0-3.1.6", "s0_nips_signatures", "7d", "start"),
    ("S0-3.1.7", "s0_nips_viruses", "7d", "start"),
    ("S0-3.1.8", "s0_usg_viruses", "14d", "start"),
    ("S0-3.1.9", "s0_usg_signatures", "7d", "start"),
    ("S1-A2.1.3-12", "s1_inspection", "3m", "start"),
    ("S1-A2.8.4-1", "s1_performance", "1m", "month"),
    ("S1-A2.2.4-1", "s1_survey", "3m", "start"),
    ("S3-4.5.1-11", "s3_check", "6m", "start"),
    ("S3-4.5.4-3", "s3_survey", "6m", "start"),
    ("S3-4.5.4-4", "s3_statistics", "12m", "start"),
    ("S4-1-13", "s4_inspection", "3m", "start"),
    ("S4-1-18", "s4_salon", "12m", "start"),
]


def test_every_recurring_service_of_the_documents_is_there_and_no_other(book: Book) -> None:
    found = [
        (name, f"{row.every.amount:g}{LETTER[row.every.unit]}", str(row.counted_from))
        for name, row in book.duties.items()
    ]

    assert sorted(found) == sorted((name, every, since) for _, name, every, since in DUTIES)
    assert book.duties["s1_performance"].report_within is not None


@pytest.mark.parametrize(
    ("name", "starts", "today", "day"),
    [
        ("s1_inspection", "2026-01-31", "2026-04-29", None),
        ("s1_inspection", "2026-01-31", "2026-04-30", "2026-04-30"),
        ("s1_inspection", "2026-01-31", "2026-07-31", "2026-07-31"),
        ("s1_inspection", "2026-01-31", "2026-08-30", "2026-07-31"),
        ("s1_performance", "2026-01-15", "2026-01-31", None),
        ("s1_performance", "2026-01-15", "2026-02-01", "2026-02-01"),
        ("s1_performance", "2026-01-15", "2026-03-31", "2026-03-01"),
        ("s0_digest", "2026-01-01", "2026-01-07", None),
        ("s0_digest", "2026-01-01", "2026-01-16", "2026-01-15"),
        ("s3_statistics", "2024-02-29", "2025-02-28", "2025-02-28"),
        ("s3_statistics", "2024-02-29", "2028-02-29", "2028-02-29"),
    ],
)
def test_a_duty_falls_by_its_anchor_and_not_by_the_last_time(
    book: Book, name: str, starts: str, today: str, day: str | None
) -> None:
    fallen = latest(book.duties[name], date.fromisoformat(starts), date.fromisoformat(today))

    assert fallen == (date.fromisoformat(day) if day else None)


def test_what_recurs_by_the_hour_is_refused(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "mine.toml").write_text(
        'title = { zh = "例行", en = "Mine" }\nsource = "mine"\n'
        '[duties.look]\nname = { zh = "看", en = "Look" }\n'
        'every = "3 hours"\nfrom = "start"\nby = "engineer"\nclause = "§1"\n',
        encoding="utf-8",
    )

    with pytest.raises(ConfigError, match=r'mine.toml:3: duties.look: .*a period such as "7 days"'):
        Book.load(tmp_path)
