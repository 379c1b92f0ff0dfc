"""Results in the text of notebooks and documents name the stored run they come from, and agree with it.

A number is followed by a comment that no reader sees, `0.94<!-- results/images/mnist-1-5: LABEL; VALUE; HOW -->`. LABEL
is the model's; VALUE is a column of the stored rows at the last epoch or episode, or a formula such as
`1 - test_accuracy`; HOW is `median`, `min` or `max` over seeds, or one seed, `seed 0`. A fourth part chooses rows:
`; shots == 100000`. After a number with ` %` it is the value times 100.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from qtkit.runs import results
from tests.helpers import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

TELL_RESULTS = {"03_architecture_search", "04_what_the_circuit_adds", "05_time_series", "06_reinforcement_learning"}
"""The notebooks whose text tells results of stored runs."""

NAMED = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)(?P<percent> ?%)?<!--(?P<source>.*?)-->", re.DOTALL)
SOURCE = re.compile(
    r"results/(?P<folder>(?:\w+/)?)(?P<task>\w+)/(?P<experiment>[\w-]+): (?P<label>[^;]+); (?P<value>[^;]+); "
    r"(?P<how>median|min|max|seed \d+)(?:; (?P<rows>.+))?"
)
RESULT = re.compile(r"(?<![\w.,/-])0\.\d{2,}(?![\d\w])(?!<!--| GB)")
"""A measured number that names no run."""

MADE_HERE = re.compile(r"\((?:Small|Toy|Exact)\b|^#|\$|`")
"""Paragraphs whose numbers a cell prints or sets, and formulas."""


@functools.cache
def rows_of(folder: str, task: str, experiment: str) -> pd.DataFrame:
    return results.load(task, experiment, ROOT / "results" / folder)


def stored(source: str) -> float:
    """The value that a comment names.

    Raises:
        ValueError: if it is no such comment, or no row is meant.
    """
    found = SOURCE.fullmatch(source.strip())
    if found is None:
        raise ValueError(f"not as 'results/TASK/EXPERIMENT: LABEL; VALUE; HOW': {source!r}")
    rows = rows_of(found["folder"], found["task"], found["experiment"])
    rows = rows[rows["label"] == found["label"]]
    if found["rows"]:
        rows = rows.query(found["rows"], engine="python")
    values = rows.assign(value=rows.eval(found["value"], engine="python")).dropna(subset="value")
    for time in {"epoch", "episode"} & set(values):
        values = values[values[time] == values[time].max()]
    values = values.drop_duplicates(["run", "value"])
    if found["how"].startswith("seed"):
        values = values[values["seed"] == int(found["how"].split()[1])]
    if values.empty:
        raise ValueError(f"no stored row is meant by {source!r}")
    if values["seed"].duplicated().any():
        raise ValueError(f"several rows of a seed are meant by {source!r}")
    return float(values["value"].agg("median" if found["how"].startswith("seed") else found["how"]))


def agrees(number: str, value: float) -> bool:
    """Whether `value` rounds to `number`, either way if it lies in the middle."""
    digits = len(number.partition(".")[2])
    return abs(float(number.replace(",", "")) - value) <= 0.5 * 10**-digits + 1e-9


DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def texts(name: str) -> list[str]:
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def unnamed(text: str) -> Iterator[str]:
    """The results in a text that name no run."""
    for paragraph in re.sub(r"```.*?```", "", text, flags=re.DOTALL).split("\n\n"):
        if not MADE_HERE.search(re.sub(r"<!--.*?-->", "<!---->", paragraph)):
            yield from RESULT.findall(paragraph)


@pytest.mark.parametrize("path", [*NOTEBOOKS, *DOCUMENTS], ids=lambda path: path.stem)
def test_named_runs_have_these_results(path: Path) -> None:
    for text in [path.read_text(encoding="utf-8")] if path in DOCUMENTS else texts(path.stem):
        for found in NAMED.finditer(text):
            value = stored(found["source"]) * (100 if found["percent"] else 1)
            assert agrees(found["number"], value), f"{found[0]}: stored is {value:.6g}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_results_name_their_run(path: Path) -> None:
    assert any(NAMED.search(text) for text in texts(path.stem)) == (path.stem in TELL_RESULTS)
    assert [number for text in texts(path.stem) for number in unnamed(text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It reads 0.964 of them.", ["0.964"]),
        ("It reads 0.964<!-- results/a/b: c; d; median --> of them, and 0.5 of the rest.", []),
        ("(Small: seed 0.) It reads 0.964 of them.\n\n(Paper scale.) And 0.97.", ["0.97"]),
        ("See equation 0.12 in `0.34` and a rate of 0.001 is $0.05$", []),
        ("It takes 0.98 GB. (Exact, by a table.) It earns 0.745.", []),
    ],
)
def test_results_are_told_from_other_numbers(text: str, found: list[str]) -> None:
    assert list(unnamed(text)) == found


def test_sources_are_read() -> None:
    assert agrees("0.964", 0.9640)
    assert agrees("0.96", 0.965) and agrees("0.97", 0.965)
    assert not agrees("0.964", 0.9651)
    assert agrees("1,000", 1000.4)
    label = "results/images/mnist-1-5: Mapping alone"
    assert stored(f"{label}; test_accuracy; min") <= stored(f"{label}; test_accuracy; median")
    assert stored(f"{label}; 1 - test_accuracy; seed 0") == 1 - stored(f"{label}; test_accuracy; seed 0")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("results/images/mnist-1-5", "not as 'results/TASK"),
        ("results/images/mnist-1-5: Nobody; test_accuracy; median", "no stored row is meant"),
        ("results/images/mnist-1-5: DiffQAS; test_accuracy; seed 99", "no stored row is meant"),
        ("results/machine/mnist-1-5: DiffQAS; test_accuracy; median", "several rows of a seed"),
    ],
)
def test_sources_that_mean_nothing_are_told(source: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        stored(source)
