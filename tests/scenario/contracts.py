"""The demo's desk with other contracts: a field of the directory is put in place of the demo's."""

import re
from pathlib import Path

from bot.configuration import load_configuration
from tests.scenario.world import LOCAL, THREADED, Setting, demo


def with_contract(folder: Path, contract: str, **fields: str) -> Setting:
    """Return the demo's setting with `fields`, as YAML, in one contract: new or instead of what is there."""
    text = (demo().folder / "directory.yaml").read_text(encoding="utf-8")
    head, row, tail = _split(text, contract)
    for name, value in fields.items():
        line = f"    {name}: {value}\n"
        row, replaced = re.subn(rf"^    {name}: .*\n", line, row, flags=re.MULTILINE)
        row += "" if replaced else line
    (folder / "directory.yaml").write_text(head + row + tail, encoding="utf-8")
    return Setting(configuration=load_configuration(folder), platforms={LOCAL: THREADED})


def _split(text: str, contract: str) -> tuple[str, str, str]:
    """Return what stands before a contract, the contract, and what stands after it."""
    start = text.index(f"  - id: {contract}\n")
    ends = re.compile(r"^(?:  - |\S|$)", re.MULTILINE).search(text, text.index("\n", start) + 1)
    end = ends.start() if ends else len(text)
    return text[:start], text[start:end], text[end:]
