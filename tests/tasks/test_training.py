"""What a training takes back: checkpoints of circuits of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from qtkit import Ansatz
from qtkit.runs import Store, run
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.series.training import SeriesTraining

STAR = Ansatz(True, ((0, 1), (0, 2)), ("ry", "rx"))


def test_a_checkpoint_of_a_circuit_of_ones_own_is_taken_back(tmp_path: Path) -> None:
    """A file has lists where an `Ansatz` has tuples of CNOTs and rotations."""
    settings = SeriesSettings(dataset="bessel", epochs=1, depth=2, candidates=(5, STAR), predictions="none")
    ended = run(settings, store=Store(tmp_path))
    assert ended.training().settings == settings
    training = SeriesTraining(settings)
    training.load_state(ended.checkpoint()["training"])
    assert training.steps_done == training.n_steps
    other = Ansatz(True, ((0, 1), (0, 3)), ("ry", "rx"))
    with pytest.raises(ValueError, match="the checkpoint was made with candidates="):
        SeriesTraining(SeriesSettings(**{**vars(settings), "candidates": (5, other)})).load_state(
            ended.checkpoint()["training"]
        )
