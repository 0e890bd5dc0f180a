"""The law of the house: contracts that catch breaks, files that fit in one reading, no leftovers."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONGEST = 400
LEFTOVERS = (
    "to-do",
    "fix-me",
    "hack-",
    "Not-ImplementedError",
    "type: -ignore",
    "no-qa",
    "pragma: -no cover",
    "x-fail",
)
MARKERS = re.compile("|".join(rf"\b{word.replace('-', '')}" for word in LEFTOVERS), re.IGNORECASE)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    environment = {"PYTHONPATH": str(folder / "src"), "PATH": "", "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


BREAKS = [
    ("engines/reference/scalar.py", "import quotarules.journal.store", "Imports point one way"),
    ("values/rounding.py", "import quotarules.plan.nodes", "Imports point one way"),
    ("journal/settlement.py", "import quotarules.semantics.checked", "After the plan nobody knows the language"),
    ("engines/sql/duckdb.py", "import quotarules.engines.reference.scalar", "share only the plan"),
    ("plan/bounds.py", "import quotarules.semantics.checked", "Only one folder of the plan"),
    ("compiler.py", "import quotarules.engines.reference.scalar", "loads no engine and no journal"),
    ("journal/store.py", "import duckdb", "verified without a database engine"),
    ("statements/model.py", "import yaml", "lark, yaml and jsonschema"),
    ("cli/settle.py", "import sqlalchemy", "SQLAlchemy lives in the journal"),
    ("statements/model.py", "import duckdb", "DuckDB lives in the engines"),
    ("engines/choice.py", "import psycopg", "Clients of servers live in the engines"),
    ("workflow.py", "import click", "click lives at the door"),
    ("engines/sql/time.py", "import holidays", "Public holidays are looked up"),
]


def test_the_contracts_hold() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("file", "line", "contract"), BREAKS)
def test_each_contract_catches_a_break(tmp_path: Path, file: str, line: str, contract: str) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "schemas"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / "src" / "quotarules" / file
    broken.write_text(broken.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    result = lint_imports(tmp_path)
    assert result.returncode != 0
    kept = [text for text in result.stdout.splitlines() if contract in text and "BROKEN" in text]
    assert kept, result.stdout


def is_flat_list(tree: ast.Module) -> bool:
    """A list of classes with hardly a method, such as the nodes of a tree: nobody reads it in one go."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return all(len(function.body) <= 3 for function in functions) and not any(node in tree.body for node in functions)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_tidy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST or is_flat_list(ast.parse(text)), "a file fits in one reading"
    found = MARKERS.search(text)
    assert found is None, f"a leftover: {found}"
    if path.name == "__init__.py":
        assert path.parent.name == "quotarules" or not text, "an __init__ below the top is empty"
        return
    assert ast.get_docstring(ast.parse(text)), "a module says why it exists"
    assert path.stem not in {"utils", "common", "helpers", "misc"}


def calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_money_meets_no_float_no_clock_and_no_chance(path: Path) -> None:
    found = calls(path)
    assert not found & {"float", "round", "random.random", "date.today", "datetime.today"}
    if "cli" not in path.parts:
        assert not found & {"print", "sys.exit", "exit", "datetime.now", "time.time", "datetime.datetime.now"}


def test_nothing_speaks_of_a_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    if not listed[0]:
        pytest.skip("not a git checkout")
    machine = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm|tmp/bash)\b|/home/[a-z]|/Users/")
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".qr", ".csv", ".json", ""} and path.is_file():
            found = machine.search(path.read_text(encoding="utf-8", errors="replace"))
            assert found is None or path == Path(__file__), f"{name}: {found}"
