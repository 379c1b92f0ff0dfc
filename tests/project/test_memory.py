"""What notebooks take: the table is complete, under a gigabyte, told by the notebooks, and guarded by its script."""

from __future__ import annotations

import json
import re
from typing import Any

import nbformat
import pytest

from benchmarks import memory
from tests.helpers import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TABLE = json.loads((ROOT / "results" / "benchmarks" / "memory.json").read_text())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_tells_the_memory_that_was_measured(path):
    header = nbformat.read(path, 4).cells[0].source
    (told,) = re.findall(r"\*\*Memory:\*\* ([0-9.]+) GB", header)
    assert told == f"{TABLE[path.stem]['peak'] / 1e9:.2f}"


def test_every_notebook_was_measured():
    assert list(TABLE) == [path.stem for path in NOTEBOOKS]


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_a_notebook_takes_little_beside_pytorch(name):
    """The rest is PyTorch's own, more in the builds with CUDA than in that for processors alone, which Binder has."""
    assert TABLE[name]["peak"] - TABLE[name]["torch_peak"] < 0.7e9


def test_a_rise_is_found():
    def measured(peak: float, picture: float | None = 6.0, torch: float = 2.0, notebook: str = "03") -> Any:
        return memory.Measured(notebook, int(peak), picture, torch, 500_000_000, 60.0)

    before = {
        "03": {"peak": 900_000_000, "picture": 5.0, "torch": 2.0},
        "04": {"peak": 1, "picture": None, "torch": 1.0},
    }
    assert memory.find_rises([measured(1.07e9)], before) == []
    assert memory.find_rises([measured(1.09e9)], before) == ["03: 1.09 GB of memory, 0.90 GB before"]
    assert memory.find_rises([measured(5e9, notebook="99")], before) == [], "a new one"
    slow = measured(8e8, picture=7.0)
    assert memory.find_rises([slow], before) == []
    later = "03: 3.5 imports of PyTorch to the first picture, 2.5 before"
    assert memory.find_rises([slow], before, with_time=True) == [later]
    assert memory.find_rises([measured(8e8, picture=12.0, torch=5.0)], before, with_time=True) == [], "a slow machine"
    assert memory.find_rises([measured(1, None, notebook="04")], before, with_time=True) == []
    assert "| 03 | 0.80 | 0.50 | 7.0 | 3.5 | 60 |" in memory.describe([slow], "here")


@pytest.mark.slow
def test_a_small_notebook_is_measured(tmp_path):
    cells = ["x = 1", "from IPython.display import SVG\nSVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')", "print(x)"]
    path = tmp_path / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), path)
    found = memory.measure(path)
    assert found.notebook == "small" and 2e7 < found.peak < 1e9
    assert 0 < found.picture < found.seconds and found.torch > 0
