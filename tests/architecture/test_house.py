"""Rules of the house that no tool on the market checks."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 400  # lines; 300 is the aim
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PRODUCT = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "storage").rglob("*.py")])
TESTS = sorted([*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")])


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _imports_in_functions(tree: ast.AST) -> Iterator[int]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (
                node.lineno for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
            )


@pytest.mark.parametrize("lock", LOCKS, ids=_name)
def test_a_lock_names_no_host_and_pins_every_package_by_hash(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z0-9][^=\s]*)==.*\n((?:    .*\n)+)", text, flags=re.MULTILINE)

    assert "://" not in text
    assert not re.search(
        r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b", text, flags=re.MULTILINE
    )
    assert packages
    assert [name for name, details in packages if "--hash=sha256:" not in details] == []


def test_every_lock_is_there() -> None:
    assert [lock.name for lock in LOCKS] == ["build.txt", "dev.txt", "run.txt"]


def test_run_and_dev_locks_agree() -> None:
    run, dev = (
        dict(
            re.findall(r"^([a-z0-9][^=\s]*)==(\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE)
        )
        for name in ("run.txt", "dev.txt")
    )

    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_no_test_mocks(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert [name for name in _imports(tree) if name.startswith(("unittest.mock", "mock."))] == []


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_a_module_is_one_reading(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_no_import_hides_in_a_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert sorted(set(_imports_in_functions(tree))) == []


def test_every_module_has_its_layer() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(c for c in settings["tool"]["importlinter"]["contracts"] if c["id"] == "layers")
    placed = set(re.findall(r"bot\.(\w+)", " ".join(contract["layers"])))
    present = {
        path.relative_to(ROOT / "bot").parts[0].removesuffix(".py")
        for path in PRODUCT
        if ROOT / "bot" in path.parents
    }

    assert present - placed - {"__init__"} == set()


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)
    assert targets is not None

    told = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert re.findall(r"^  make (\w+)", told.stdout, flags=re.MULTILINE) == targets[1].split()


def test_make_help_is_what_make_does_alone() -> None:
    commands = (
        subprocess.run(
            ["make", "--no-print-directory", *words], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for words in ([], ["help"])
    )

    assert len({command.stdout for command in commands}) == 1
