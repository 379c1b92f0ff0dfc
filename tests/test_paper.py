"""The paper's numbers agree with what qtkit builds, and with each other."""

from __future__ import annotations

import dataclasses

import pytest

from qtkit import CANDIDATES, QuantumTrain, networks, paper
from qtkit.names import PAPER_MODELS
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.registry import task_of
from qtkit.tasks.series.settings import SeriesSettings

NETWORKS = {
    "network": networks.ImageMLP,
    "LSTM": networks.SeriesLSTM,
    "policy": networks.PolicyMLP,
    "value": networks.ValueMLP,
}


@pytest.mark.parametrize(
    ("experiment", "target"),
    [(name, target) for name, experiment in paper.EXPERIMENTS.items() for target in experiment.targets],
)
def test_counts_are_those_of_the_models(experiment, target):
    model = QuantumTrain(NETWORKS[target.name](), paper.EXPERIMENTS[experiment].depth)
    assert (model.num_weights, model.num_trainable) == (target.num_weights, target.num_trainable)


def test_table_1_is_the_candidates_in_order():
    assert list(paper.TABLE_I) == list(range(1, 13))
    for number, entry in paper.TABLE_I.items():
        ansatz = CANDIDATES[number - 1]
        assert ansatz.hadamard == (entry.hadamard == "Y")
        assert ansatz.entangler == entry.entanglement.lower()
        assert ansatz.rotation == entry.rotation.lower()
        assert ansatz.config == number


def test_table_2_is_complete():
    assert list(paper.TABLE_II) == list(PAPER_MODELS)
    for errors in paper.TABLE_II.values():
        assert tuple(errors) == paper.EXPERIMENTS["series"].datasets
        assert all(0 < error < 0.1 for error in errors.values())


def test_table_2_shows_the_circuits_that_cannot_learn():
    """Configs 1, 3, 4, 6 are uniform, 9 and 12 a basis state: equal errors in all columns but one."""
    for group, columns in (((1, 3, 4, 6), {"Bessel", "Damped SHM", "NARMA 5", "NARMA 10"}), ((9, 12), None)):
        for column in columns or paper.EXPERIMENTS["series"].datasets:
            assert len({paper.TABLE_II[f"Config {k}"][column] for k in group}) == 1


def test_table_2_best_entries_are_those_the_text_names():
    def best(column):
        return min(paper.TABLE_II, key=lambda model: paper.TABLE_II[model][column])

    assert [best(c) for c in ("Bessel", "Damped SHM", "NARMA 5", "NARMA 10")] == [
        "DiffQAS",
        "DiffQAS",
        "Config 5",
        "Config 8",
    ]


def test_figures_are_numbered_and_point_to_known_experiments():
    assert [figure.number for figure in paper.FIGURES] == list(range(1, 15))
    for figure in paper.FIGURES:
        assert figure.caption.endswith(".")
        if figure.experiment:
            assert figure.dataset in paper.EXPERIMENTS[figure.experiment].datasets
    shown = {figure.dataset for figure in paper.FIGURES} - {None}
    assert shown == {dataset for experiment in paper.EXPERIMENTS.values() for dataset in experiment.datasets}


def test_nothing_of_it_can_be_changed():
    with pytest.raises(TypeError):
        paper.TABLE_II["DiffQAS"]["Bessel"] = 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        paper.EXPERIMENTS["images"].depth = 3


def test_experiments_of_stored_runs_have_the_papers_names():
    settings = {pair.title: ImageSettings(dataset=pair.dataset, classes=pair.classes) for pair in paper.PAIRS.values()}
    settings |= {title: SeriesSettings(dataset=name) for name, title in paper.DATASETS.items()}
    settings |= {title: GridworldSettings(environment=f"{title}-v0") for title in paper.ENVIRONMENTS.values()}
    names = {name: pair.title for name, pair in paper.PAIRS.items()} | paper.DATASETS | paper.ENVIRONMENTS
    assert {task_of(each).experiment_of(each): title for title, each in settings.items()} == names
    assert list(names.values()) == [title for each in paper.EXPERIMENTS.values() for title in each.datasets]
