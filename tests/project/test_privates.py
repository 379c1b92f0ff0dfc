"""Tests see a panel as its users do: what they need to know of it is public."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PROTOCOLS = {"_repr_mimebundle_", "_esm", "_css"}
"""Private by their names, and documented: IPython's display protocol, anywidget's two files."""


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
