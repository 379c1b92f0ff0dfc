"""Curves over imperfections: what they show, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qtkit.plots import machine_curves


def frame() -> pd.DataFrame:
    rows = []
    for label, level in (("P", 0.9), ("2ⁿP − 1", 0.99)):
        for seed in range(3):
            for shots, gate, readout, value in (
                (np.inf, 0, 0, level),
                (100, 0, 0, 0.5),
                (1e6, 0, 0, level - 0.01),
                (np.inf, 1e-3, 0, 0.7),
                (np.inf, 0, 0.1, 0.6),
            ):
                told = {"shots": shots, "gate_error": gate, "readout_error": readout}
                rows.append({"label": label, "seed": seed, **told, "test_accuracy": value + 0.001 * (seed - 1)})
    return pd.DataFrame(rows)


def test_a_line_a_label_and_imperfection_beside_the_perfect_machine():
    figure = machine_curves(frame(), title="machines")
    lines = [trace for trace in figure.data if trace.name]
    assert len(lines) == 6
    first = {trace.xaxis: trace for trace in lines if trace.name == "P (3 seeds)"}
    assert list(first["x"].x) == [100, 1e6] and list(first["x"].y) == pytest.approx([0.5, 0.89])
    assert list(first["x2"].x) == [1e-3] and list(first["x3"].y) == pytest.approx([0.6])
    levels = [trace for trace in figure.data if trace.line.dash == "dash"]
    assert {round(trace.y[0], 3) for trace in levels} == {0.9, 0.99}
    bands = [trace for trace in figure.data if trace.fill == "toself" and trace.xaxis == "x"]
    assert max(bands[0].y) == pytest.approx(0.891) and min(bands[0].y) == pytest.approx(0.499)
    assert sum(bool(trace.showlegend) for trace in figure.data) == 2
    assert all(figure.layout[f"xaxis{n}"].type == "log" for n in ("", 2, 3))


def test_one_imperfection_alone():
    some = frame()
    figure = machine_curves(some[some["gate_error"] + some["readout_error"] == 0])
    assert {trace.xaxis for trace in figure.data} == {"x"}


def test_what_cannot_be_drawn():
    table = frame()
    with pytest.raises(ValueError, match=r"one experiment a figure, got \['a', 'b'\]"):
        machine_curves(pd.concat([table.assign(experiment="a"), table.assign(experiment="b")]))
    one_perfect = table[(table["seed"] == 1) | np.isfinite(table["shots"])]
    with pytest.raises(ValueError, match="P, seed 0, is not read on a perfect machine"):
        machine_curves(one_perfect)
    with pytest.raises(ValueError, match=r"the table lacks the columns \['gate_error'\]; it has"):
        machine_curves(table.drop(columns="gate_error"))
    with pytest.raises(ValueError, match="no row has a 'test_accuracy': nothing to show"):
        machine_curves(table.iloc[:0])
    with pytest.raises(ValueError, match=r"P, seed 0, is not read on a perfect machine"):
        machine_curves(table[np.isfinite(table["shots"]) | (table["gate_error"] > 0)])
