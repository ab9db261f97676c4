"""An edition packed into one text comes back as the same book."""

import json
from pathlib import Path

from bot.sla.book import Book
from bot.sla.edition import pack, unpack
from bot.sla.terms import WINDOWS


def test_the_shipped_edition_comes_back_as_it_was() -> None:
    assert unpack(pack()).edition == Book.load().edition


def test_a_deployments_own_files_are_part_of_its_edition(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    scheme = Path("bot/sla/policies/s0_fault5.toml").read_text(encoding="utf-8")
    (tmp_path / "policies" / "ours.toml").write_text(scheme, encoding="utf-8")
    ours = unpack(pack(tmp_path))
    assert ours.edition == Book.load(tmp_path).edition
    assert "ours" in ours.policies


def test_an_edition_from_before_closing_was_in_a_file_closes_as_shipped() -> None:
    (shipped,) = json.loads(pack())
    early = {name: text for name, text in shipped.items() if not name.endswith("_windows.toml")}

    book = unpack(json.dumps([early]))

    assert book.policies[WINDOWS] == Book.load().policies[WINDOWS]
