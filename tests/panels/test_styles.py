"""JupyterLab keeps the style sheets of all panels that were opened: none may speak of another one's elements."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import qtkit.panels

PANELS = Path(qtkit.panels.__file__).parent


def classes(path: Path) -> set[str]:
    return set(re.findall(r"\.(q[a-z]-[\w-]+)", path.read_text(encoding="utf-8")))


def test_each_panel_has_classes_of_its_own() -> None:
    shared = set().union(*map(classes, (PANELS / "parts").glob("*.css")))
    own = {path.name: classes(path) - shared for path in PANELS.rglob("*.css") if path.parent.name != "parts"}
    assert len(own) > 3 and all(own.values())
    for (one, these), (other, those) in combinations(own.items(), 2):
        assert not these & those, f"{one} and {other} style the same classes"
