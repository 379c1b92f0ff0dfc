"""The pictures of the tables `search` and `rates`, and the pages the command writes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from qtkit.claims.search.figures import draw_choices, draw_rates
from qtkit.claims.search.rates import best_rates
from qtkit.cli.main import main
from qtkit.plots.budgets import WIDE
from qtkit.tasks.protocols import Settings
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.search.made import DISTINCT, alone, space, store
from tests.helpers import ROOT

MERITS = [0.1, 0.9, 0.8, 0.7]


def test_a_row_a_search_with_its_points_and_its_agreement() -> None:
    one = space([[0, 0.4, 0.3, 0.2]] * 2, [MERITS] * 2)
    empty = dataclasses.replace(one, seeds=(), settings="no runs")
    other = dataclasses.replace(one, settings="as written, 2 epochs")
    figure = draw_choices([one, empty, other])
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["<b>FashionMNIST 5/7 (heard, 2 epochs)</b>", "<b>FashionMNIST 5/7 (as written, 2 epochs)</b>"]
    marks = [trace for trace in figure.data if trace.mode == "markers" and trace.xaxis == "x"]
    assert [list(trace.y) for trace in marks] == [[merit] * 2 for merit in MERITS]
    assert [trace.marker.symbol for trace in marks] == ["circle", "circle", "square", "circle-open"]
    names = [trace.text[0] for trace in figure.data if trace.mode == "text" and trace.xaxis == "x"]
    assert names == ["<b>1</b>", "<b>2</b>", "<b>5</b>", "<b>7</b>"]
    lines = [trace for trace in figure.data if trace.mode == "lines" and trace.xaxis == "x2"]
    assert len(lines) == 3 and list(lines[-1].y) == [0, 1, 1], "two seeds and their median"


def test_nothing_to_show() -> None:
    with pytest.raises(ValueError, match="nothing to show"):
        draw_choices([])


def test_merit_against_trained_numbers(tmp_path: Path) -> None:
    base = SeriesSettings(dataset="bessel", epochs=2, predictions="none")
    runs = [
        dataclasses.replace(base, model=model, learning_rate=rate, seed=seed)
        for model in ("diffqas", "fourier", "small")
        for rate in (1e-3, 1e-2)
        for seed in range(3)
    ]
    store(tmp_path, runs, lambda each: {"test_loss": 10.0 ** -(each.seed + 1), "train_loss": each.learning_rate})
    figure = draw_rates(best_rates(tmp_path))
    marks = {trace.name: trace for trace in figure.data if trace.name}
    assert set(marks) == {"<b>DiffQAS</b>", "Fourier", "Small network"}
    assert all(mark.y == (2,) and mark.error_y.array == (1,) for mark in marks.values())
    apart = np.diff(np.log10(sorted(mark.x[0] for mark in marks.values())))
    assert apart.tolist() == pytest.approx([WIDE, WIDE]), "about as many numbers: 123 twice, and 135"
    assert max(marks, key=lambda name: marks[name].x[0]) == "Fourier"
    dots = [trace for trace in figure.data if trace.name is None]
    assert [sorted(trace.y) for trace in dots] == [[1, 2, 3]] * 3


@pytest.mark.slow
def test_circuits_of_one_colour_differ_in_their_marks() -> None:
    at_best = best_rates(ROOT / "results")
    marks = {trace.name: (trace.marker.color, trace.marker.symbol) for trace in draw_rates(at_best).data if trace.name}
    assert len({marks[f"Config {k}"][0] for k in (2, 5, 8)}) == 1
    assert [marks[f"Config {k}"][1] for k in (2, 5, 8)] == ["circle", "square", "circle-open"], "8 has no Hadamards"


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    search = SeriesSettings(dataset="bessel", epochs=2, predictions="none")

    def errors(each: Settings) -> dict[str, float]:
        return {"test_loss": 10.0 ** -(each.ansatze[0].config or 0)}

    store(tmp_path, [search, *alone(search, DISTINCT)], errors)
    page = tmp_path / "search.html"
    shown = CliRunner().invoke(main, ["table", "search", "--results", str(tmp_path), "--figure", str(page)])
    assert shown.exit_code == 0 and shown.output.startswith(f"{page} (")
    assert "share of the weights" in page.read_text()
    refused = CliRunner().invoke(main, ["table", "rewards", "--figure", str(page)])
    assert refused.exit_code == 1 and "the table 'rewards' has no picture" in refused.output
