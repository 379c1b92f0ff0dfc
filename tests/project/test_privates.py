"""Tests see what users see, and each other's files not at all: what they share is in files that hold no tests."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PROTOCOLS = {"_repr_mimebundle_", "_esm", "_css"}
"""Private by their names, and documented: IPython's display protocol, anywidget's two files."""
IMPORTS = re.compile(r"^\s*(?:from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n(]+)|import\s+([^\n]+))", re.MULTILINE)
"""As text: scripts that a test has other processes run are looked at, too."""
PLAYED = {"tasks/gridworld/a3c/test_processes.py: qtkit.tasks.gridworld.a3c.processes._Process"}
"""What is imported all the same: there a test plays the workers, whose record only the pool can make."""


def imported() -> list[tuple[str, str]]:
    """Each test file with each full name that it imports."""
    found = []
    for file in sorted(TESTS.rglob("*.py")):
        for module, names, modules in IMPORTS.findall(file.read_text()):
            for name in re.sub(r"#[^\n]*|[()]", "", names or modules).split(","):
                full = [module, name.split()[0]] if module and name.strip() else name.split()[:1]
                found.append((file.relative_to(TESTS).as_posix(), ".".join(full)))
    return found


def test_imports_are_found_as_python_finds_them() -> None:
    found = set(imported())
    for file in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert not node.level, f"{file}:{node.lineno}: by its full name"
                for each in node.names:
                    assert (file.relative_to(TESTS).as_posix(), f"{node.module}.{each.name}") in found


def test_no_private_name_is_imported() -> None:
    private = {f"{file}: {name}" for file, name in imported() if re.match(r"qtkit\b.*\._[A-Za-z]", name)}
    assert private == PLAYED


def test_no_test_file_is_imported() -> None:
    assert [f"{file}: {name}" for file, name in imported() if re.match(r"tests\b.*\.test_", name)] == []


def test_no_private_attribute_is_read() -> None:
    files = [*TESTS.glob("panels/**/*.py"), *TESTS.glob("plots/**/*.py"), *TESTS.glob("browser/test_*.py")]
    assert len(files) > 40
    found = [
        f"{file.relative_to(TESTS)}:{number}: {name}"
        for file in sorted(files)
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        for name in re.findall(r"(?<=[\w\])])(?<!super\(\))\.(_[a-z]\w*)", line)
        if name not in PROTOCOLS
    ]
    assert not found, "\n".join(found)
