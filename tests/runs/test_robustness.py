"""Trained networks on imperfect machines: the table, and the command that writes it."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from qtkit import Machine
from qtkit.cli.main import main
from qtkit.runs import Store, results, robustness, run
from qtkit.runs.robustness import machines, study, study_runs
from qtkit.tasks.series.settings import SeriesSettings
from tests.helpers import SHIPPED
from tests.runs.small import GRIDWORLD, IMAGES

SCALED = dataclasses.replace(IMAGES, probability="scaled", seed=4)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("runs"))
    for settings in (SCALED, dataclasses.replace(IMAGES, model="mapping")):
        run(settings, store=store)
    run(SeriesSettings(depth=1, batch_size=200, epochs=1), store=store)
    return store


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(seed: int = 0) -> list[Machine]:
        return [Machine(seed=seed), Machine(shots=100, seed=seed), Machine(readout_error=0.5, seed=seed)]

    monkeypatch.setattr(robustness, "machines", some)


def test_machines_have_one_imperfection_each() -> None:
    found = machines(3)
    assert found[0].perfect and all(machine.seed == 3 for machine in found)
    faults = [(m.shots is not None, m.gate_error > 0, m.readout_error > 0) for m in found[1:]]
    assert {sum(fault) for fault in faults} == {1} and all(any(kind) for kind in zip(*faults, strict=True))


def test_a_row_a_machine(store: Store) -> None:
    training = store.run(SCALED).training()
    exact, shots, useless = study(training, [Machine(), Machine(shots=100, seed=1), Machine(readout_error=0.5)])
    assert exact["shots"] == math.inf and exact["test_accuracy"] == training.evaluate()["test_accuracy"]
    assert (shots["shots"], shots["machine_seed"], shots["gate_error"]) == (100, 1, 0)
    assert shots["test_loss"] != exact["test_loss"]
    # Bits read at random are a uniform distribution times the sum of w.
    with torch.no_grad():
        flat = torch.full((2**17,), training.model.search.mixture.sum().item() / 2**17)
    expected = training.evaluate(training.model.to_classical(flat))
    assert useless["test_loss"] == pytest.approx(expected["test_loss"], rel=1e-3)


@pytest.mark.usefixtures("few")
def test_tables_grow_and_nothing_is_studied_twice(store: Store, tmp_path: Path, monkeypatch) -> None:
    folder, lines = tmp_path / "machine", []
    assert study_runs(store, folder, tell=lines.append) == {"mnist-1-5": 1, "bessel": 1}
    assert len(lines) == 2
    table = results.load("machine", "mnist-1-5", tmp_path)
    assert table["label"].nunique() == 1 and "probability=scaled" in table["label"][0]
    assert table["shots"].tolist() == [math.inf, 100, math.inf]
    assert set(table["machine_seed"]) == {4}, "the run's own seed"
    series = results.load("machine", "bessel", tmp_path)
    assert "test_loss" in series and "prediction" not in series
    (told,) = results.provenance("machine", "mnist-1-5", tmp_path)["runs"].values()
    assert told["settings"]["probability"] == "scaled"
    assert told["reading"]["versions"]["torch"] and "git" in told["reading"], "what it was read with"
    assert set(table["trajectories"]) == {100}
    monkeypatch.setattr(robustness, "study", lambda *_: pytest.fail("studied twice"))
    assert study_runs(store, folder) == {"mnist-1-5": 1, "bessel": 1}


@pytest.mark.usefixtures("few")
def test_the_command(store: Store, tmp_path: Path) -> None:
    def call(*arguments: str):
        common = ["--store", str(store.root), "--to", str(tmp_path / "machine")]
        return CliRunner().invoke(main, ["machine", *arguments, *common])

    refused = call("images")
    assert refused.exit_code == 1 and "no finished run of 'images' with circuits" in refused.output, "a sample"
    done = call("images", "--any-data", "--where", "probability=scaled")
    assert done.exit_code == 0, done.output
    assert done.output == f"{tmp_path}/machine/mnist-1-5.parquet: 1 run\nmnist-1-5: 1 run in the table\n"
    wrong = call("series", "--where", "deep=1")
    assert wrong.exit_code == 1 and "deep" in wrong.output


def test_no_circuit_no_machine(store: Store) -> None:
    training = store.run(dataclasses.replace(IMAGES, model="mapping")).training()
    training.model = training.network()
    with pytest.raises(ValueError, match="model='mapping' has no circuits that a machine could run"):
        next(study(training, [Machine()]))


def test_no_set_of_data_no_reading(tmp_path: Path) -> None:
    training = run(GRIDWORLD, store=tmp_path).training()
    with pytest.raises(ValueError, match="GridworldTraining does not measure a network over a set of data"):
        next(study(training, [Machine()]))


def test_shipped_readings_belong_to_shipped_runs() -> None:
    """A perfect machine reads what the training ended with, and every network was read by all machines."""
    readings, trained = (results.load(task, "mnist-1-5", SHIPPED) for task in ("machine", "images"))
    last = trained.sort_values("epoch").groupby("run")["test_accuracy"].last()
    faults = {(m.shots or math.inf, m.gate_error, m.readout_error) for m in machines()}
    for run_key, rows in readings.groupby("run"):
        assert set(zip(rows["shots"], rows["gate_error"], rows["readout_error"], strict=True)) == faults
        perfect = rows[(rows["shots"] == math.inf) & (rows["gate_error"] + rows["readout_error"] == 0)]
        assert perfect["test_accuracy"].item() == pytest.approx(last[run_key], abs=2e-3)
    for told in results.provenance("machine", "mnist-1-5", SHIPPED)["runs"].values():
        assert told["reading"]["git"]["changed"] is False, "from committed code"
