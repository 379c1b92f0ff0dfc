"""The shares of the signal that a stored run ended with."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from qtkit.claims.search import Choice, find_spaces
from qtkit.claims.search.signals import measure_signals
from qtkit.runs import Store, results, run
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.search.made import alone

SEARCH = SeriesSettings(dataset="bessel", epochs=1, depth=2, candidates=(5, 1, 3, 7), predictions="none")


def test_shares_of_a_run_are_those_of_its_model(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs")
    searches = [dataclasses.replace(SEARCH, seed=seed) for seed in range(2)]
    ended = [run(each, store=store) for each in searches]
    for search in searches:
        for each in alone(search, (5, 3, 7)):
            run(each, store=store)
    results.export(list(store), tmp_path / "results" / "series")
    (space,) = find_spaces(tmp_path / "results")
    found = measure_signals(space, store)
    assert found.shape == (2, 3) and found[:, 1].tolist() == [0, 0]
    for row, each in zip(found, ended, strict=True):
        winners = each.training().model.search.winners()
        assert {circuit.ansatz: circuit.share for circuit in winners} == dict(
            zip(space.circuits, row.tolist(), strict=True)
        )
    assert Choice(space, found).shares is found
    with pytest.raises(FileNotFoundError):
        measure_signals(space, Store(tmp_path / "elsewhere"))
