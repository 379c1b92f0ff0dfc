"""A course of one small notebook, for the tests of handouts and marks: they shall not wait for the real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Cell = dict[str, Any]

SOLUTIONS = {
    "qubits": "def qubits(p):\n    return max(1, (p - 1).bit_length())",
    "push": (
        "def push(mask, cnots, n):\n"
        "    for control, target in cnots:\n"
        "        if mask >> (n - 1 - control) & 1:\n"
        "            mask ^= 1 << (n - 1 - target)\n"
        "    return mask"
    ),
    "misread": (
        "def misread(p, error):\n"
        "    for k in range((len(p) - 1).bit_length()):\n"
        "        split = p.reshape(2**k, 2, -1)\n"
        "        p = ((1 - error) * split + error * split[:, ::-1]).reshape(-1)\n"
        "    return p"
    ),
}
"""Right answers, by exercise; the function is called as the exercise."""


def text(name: str, source: str) -> Cell:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def code(name: str, source: str, **metadata: Any) -> Cell:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def notebook(*cells: Cell) -> dict[str, Any]:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": list(cells), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def exercise_cells(name: str, heading: str, **metadata: Any) -> list[Cell]:
    head, _, body = SOLUTIONS[name].partition("\n")
    called = head.replace(f"def {name}(", f"def {name}_solution(")
    solution = f"# Solution: click the three dots to open.\n{called}\n{body}"
    stub = f"{head}\n    raise NotImplementedError"
    return [
        text(f"{name}-text", f"### {heading}\n\nWrite it."),
        code(f"{name}-stub", f'{stub}\n\n\nlabs.check("{name}", {name})', tags=["exercise"], **metadata),
        code(
            f"{name}-solution",
            f'{solution}\n\n\nlabs.check("{name}", {name}_solution)',
            tags=["solution"],
            jupyter={"source_hidden": True},
        ),
    ]


def lesson() -> dict[str, Any]:
    """The notebook."""
    return notebook(
        text("title", "# A small lesson\n\n*It is short.* ![A picture](../docs/picture.png)"),
        code("setup", "import numpy as np\n\nfrom qtkit import labs"),
        text("ask", "## Weights\n\n**Predict first.** How many qubits for nine weights?"),
        code("look", "np.log2(9)"),
        text(
            "saw",
            "**What we saw.** Three would hold eight: it takes FOUR.\n\n"
            "<details><summary>An answer</summary>\n\nIt is SIXTEEN.\n\n</details>\n\n"
            "And more of it.\n\n## Exercises\n\n"
            "Each has a stub, a check that tells what is wrong, and a folded solution. Replace the `raise` line.",
        ),
        *exercise_cells("qubits", "1 · Warm-up: qubits"),
        *exercise_cells("push", "2 · In earnest: push", qtkit={"marks": 5, "minutes": 12}),
        text(
            "folded",
            "The solution is folded in the next cell (press the dots to open it). The solution of an equation.",
        ),
        *exercise_cells("misread", "3 · For the ambitious: misread"),
        text("summary", "## Summary\n\nNumbers."),
    )


def write_course(folder: Path) -> Path:
    """Write the course, `notebooks/01_small.ipynb` and `docs/picture.png`, into a folder."""
    write_notebook(folder / "notebooks" / "01_small.ipynb", lesson())
    (folder / "docs").mkdir()
    (folder / "docs" / "picture.png").write_bytes(b"a picture")
    return folder


def write_notebook(path: Path, content: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def submission(*sources: str) -> dict[str, Any]:
    """A notebook with these code cells."""
    return notebook(*(code(f"cell-{number}", source) for number, source in enumerate(sources)))
