"""The documents keep their word: links lead somewhere, and what they list is what there is."""

import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.__main__ import app
from bot.core.verbs import Verb
from bot.handlers.registry import BY_VERB
from bot.kb.loader import load_articles
from bot.settings import Settings
from bot.sla.book import Book
from bot.triage.reading import Intent

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
TWINS = sorted(
    (path.with_name(path.name.replace(".zh-CN", "")), path) for path in DOCUMENTS if ".zh-CN" in path.name
)
CONVERSATIONS = (DOCS / "conversation.md", DOCS / "conversation.zh-CN.md")

MADE = ("docs/images/", "docs/performance.md", "docs/lifecycle.md", "docs/commands.md", "docs/access.md")
"""What `make screenshots`, `make bench` and `make docs` write: it may be missing until they have run."""

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`[^`\n]*`|^ {4,}.*$", re.MULTILINE)
BLOCK = re.compile(r"^ {4}\S.*\n(?:(?: {4}.*)?\n)*", re.MULTILINE)
HEADING = re.compile(r"^(#+) +(.+?) *$", re.MULTILINE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Link(NamedTuple):
    """A link to a file of ours, and to a heading in it if it names one."""

    document: Path
    path: str
    anchor: str

    def __str__(self) -> str:
        return f"{_name(self.document)} -> {self.path}#{self.anchor}"

    @property
    def target(self) -> Path:
        return (self.document.parent / self.path).resolve() if self.path else self.document


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _links() -> Iterator[Link]:
    for document in DOCUMENTS:
        for address in LINK.findall(CODE.sub("", _text(document))):
            if "://" not in address:
                path, _, anchor = address.partition("#")
                yield Link(document, path, anchor)


def _anchors(document: Path) -> set[str]:
    """The names a reader's software gives to headings: small letters, hyphens, nothing else."""
    headings = (title for _, title in HEADING.findall(CODE.sub("", _text(document))))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


def _table(document: Path, heading: str) -> list[list[str]]:
    """The rows of the first table after a heading of either language, its head left out."""
    section = re.split(rf"^#+ +(?:{heading}) *$", _text(document), maxsplit=1, flags=re.MULTILINE)[1]
    rows = re.search(r"(?:^\|.*\|\n)+", section, flags=re.MULTILINE)
    assert rows is not None
    cells = re.compile(r"(?<!\\)\|")
    return [[cell.strip() for cell in cells.split(line)[1:-1]] for line in rows[0].splitlines()[2:]]


@pytest.mark.parametrize("link", list(_links()), ids=str)
def test_a_link_leads_somewhere(link: Link) -> None:
    target = link.target
    assert target.is_relative_to(ROOT)
    if not target.exists():
        assert _name(target).startswith(MADE)
    elif link.anchor:
        assert link.anchor in _anchors(target)


def test_every_document_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [READMES[0]]
    links = list(_links())
    while waiting:
        document = waiting.pop()
        if document not in reached:
            reached.add(document)
            waiting += [
                link.target for link in links if link.document == document and link.target.suffix == ".md"
            ]

    assert set(DOCUMENTS) - reached == set()


@pytest.mark.parametrize(("english", "chinese"), TWINS, ids=lambda path: path.name)
def test_a_document_and_its_chinese_twin_are_built_alike(english: Path, chinese: Path) -> None:
    shapes = [
        (
            [len(level) for level, _ in HEADING.findall(CODE.sub("", text))],
            text.count("\n|"),
            text.count("\n1. "),
        )
        for text in (_text(english), _text(chinese))
    ]

    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("readme", READMES, ids=_name)
def test_a_readme_lists_every_setting_and_no_other(readme: Path) -> None:
    settings = {field.alias for field in Settings.model_fields.values()}
    listed = {
        name for row in _table(readme, "Configuration|配置") for name in re.findall(r"`([A-Z_]+)`", row[0])
    }

    assert listed == settings


def test_every_setting_that_a_document_names_exists() -> None:
    settings = {field.alias for field in Settings.model_fields.values()}
    named = {
        (_name(document), setting)
        for document in DOCUMENTS
        for setting in re.findall(r"\b(?:CASEBELL|SLACK|DINGTALK)_[A-Z_]*[A-Z]\b", _text(document))
    }

    assert {each for each in named if each[1] not in settings} == set()


def test_every_make_target_is_told() -> None:
    targets = re.search(r"^\.PHONY: (.+)$", _text(ROOT / "Makefile"), flags=re.MULTILINE)
    assert targets is not None
    told = _text(ROOT / "CONTRIBUTING.md") + _text(READMES[0])

    assert [target for target in targets[1].split() if f"make {target}" not in told] == []


def test_every_command_that_a_document_names_exists() -> None:
    known = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    known |= {group.name for group in app.registered_groups if group.name}
    named = {
        (_name(document), command)
        for document in DOCUMENTS
        for command in re.findall(r"(?:`|\bbin/|^ {4})casebell ([a-z]+)", _text(document), flags=re.MULTILINE)
    }

    assert {each for each in named if each[1] not in known} == set()
    assert {command for _, command in named} == known - {"docs"}  # that one is `make docs`


def test_every_action_of_the_log_is_in_the_runbook() -> None:
    sources = "".join(_text(path) for path in (ROOT / "bot").rglob("*.py"))
    logged = set(re.findall(r"\blog\.\w+\([^()]*?\baction=\"(\w+)\"", sources))

    assert logged
    assert {action for action in logged if f"`{action}`" not in _text(DOCS / "runbook.md")} == set()


def test_every_word_of_the_glossary_is_in_both_languages() -> None:
    for chinese, english, zh, en in _table(DOCS / "glossary.md", "Glossary · 术语表"):
        assert all(CHINESE.search(cell) for cell in (chinese, zh)), english
        assert all(cell and not CHINESE.search(cell) for cell in (english, en)), chinese


def test_the_glossary_has_one_row_a_word() -> None:
    rows = _table(DOCS / "glossary.md", "Glossary · 术语表")

    for column in (0, 1):
        assert len({row[column] for row in rows}) == len(rows)


@pytest.mark.parametrize("document", CONVERSATIONS, ids=_name)
def test_the_table_of_verbs_has_every_verb_with_its_chinese_names(document: Path) -> None:
    rows = _table(document, "Verbs|动词")

    assert [row[0].strip("`") for row in rows] == [verb.value for verb in Verb]
    for row in rows:
        names = set(re.split(r"[,、]\s*", row[1]))
        assert names <= BY_VERB[Verb(row[0].strip("`"))].zh.keys()


@pytest.mark.parametrize("document", CONVERSATIONS, ids=_name)
def test_the_table_of_replies_has_every_intent(document: Path) -> None:
    rows = _table(document, "When the bot speaks|机器人什么时候开口")

    assert {name for row in rows for name in re.findall(r"`(\w+)`", row[0])} == {
        intent.value for intent in Intent
    }


def test_the_layers_are_drawn_as_they_are_enforced() -> None:
    contracts = tomllib.loads(_text(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    enforced = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    drawn = re.split(r"^## Layers$", _text(DOCS / "architecture.md"), flags=re.MULTILINE)[1]
    lines = re.findall(r"^ {4}(\S+(?: \| \S+)*) ", drawn.partition("\n## ")[0], flags=re.MULTILINE)

    assert lines == [layer.replace("(", "").replace(")", "") for layer in enforced]


@pytest.mark.parametrize("ending", [".md", ".zh-CN.md"])
def test_the_examples_of_the_how_tos_work(ending: str, tmp_path: Path) -> None:
    for example, file in (("add-a-policy", "policies/acme.toml"), ("knowledge-articles", "kb/example.md")):
        block = BLOCK.search(_text(DOCS / "how-to" / (example + ending)))
        assert block is not None
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_text(textwrap.dedent(block[0]), encoding="utf-8")

    assert Book.load(tmp_path).policies["acme"].targets
    assert load_articles(tmp_path / "kb")[0].id == "reset-password"


def test_every_library_has_its_reason() -> None:
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
    names = sorted(re.split(r"[\[<>=,;]", each)[0] for each in wanted)

    assert [row[0] for row in _table(DOCS / "adr" / "0005-libraries.md", "0005 .*")] == names


def test_every_reading_that_the_code_cites_is_explained() -> None:
    sources = [path for suffix in ("*.py", "*.toml") for path in (ROOT / "bot").rglob(suffix)]
    cited = {number for path in sources for number in re.findall(r"\bC[0-4]\d\b", _text(path))}
    explained = re.findall(r"^\| (C\d\d) \|", _text(DOCS / "readings.md"), flags=re.MULTILINE)

    assert cited - set(explained) == set()


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    decisions = sorted(path.name for path in (DOCS / "adr").glob("0*.md"))
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\)", _text(DOCS / "adr" / "README.md"), flags=re.MULTILINE)

    assert listed == [(f"{number:04d}", name) for number, name in enumerate(decisions, start=1)]
