"""The faces of the tasks: they have all that notebooks take, and load nothing before it is asked for."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys

import pytest

from tests.helpers import PATIENCE, ROOT

FACES = [f"qtkit.tasks.{task}" for task in ("images", "series", "gridworld", "agents", "own")]


@pytest.mark.parametrize("name", FACES)
def test_every_public_name_is_there(name: str) -> None:
    face = importlib.import_module(name)
    assert set(dir(face)) == set(face.__all__)
    for each in face.__all__:
        assert getattr(face, each) is not None


def test_a_face_costs_nothing_until_it_is_used() -> None:
    code = f"import sys, {', '.join(FACES)}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=PATIENCE).returncode == 0


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_use_faces_alone(path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    used = set(re.findall(r"(?:from|import) (qtkit\.tasks[\w.]*)", code))
    assert used <= {*FACES, "qtkit.tasks", "qtkit.tasks.optimisers"}
