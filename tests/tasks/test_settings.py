"""What all tasks' settings share: names of before, and circuits by any of their words."""

from __future__ import annotations

import dataclasses
import json
import pickle

import pytest
from torch import nn

from qtkit import Ansatz, QuantumTrain
from qtkit.circuits import CNOT, CZ, RY, U3, H
from qtkit.generator import plan
from qtkit.runs.options import read_values
from qtkit.runs.store.identity import run_key
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.models import build_model
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.settings import EpochSettings, RunSettings

KINDS = [RunSettings, EpochSettings, ImageSettings, SeriesSettings, GridworldSettings]


@pytest.mark.parametrize("kind", KINDS)
def test_the_former_name_of_a_probability_is_read_with_a_warning_at_the_caller(kind):
    with pytest.warns(DeprecationWarning, match="probability='centred' is called 'scaled' now") as caught:
        settings = kind(probability="centred")
    assert caught[0].filename == __file__
    assert settings == kind(probability="scaled")


@pytest.mark.parametrize("kind", KINDS)
def test_stored_settings_with_the_former_name_are_read_in_silence(kind):
    stored = {**kind().to_dict(), "probability": "centred"}
    settings = kind.from_dict(stored)
    assert settings == kind(probability="scaled")
    assert settings.to_dict()["probability"] == "scaled"


@pytest.mark.parametrize("kind", KINDS)
def test_candidates_are_read_by_any_of_their_words_and_stored_by_one(kind):
    stored = {"hadamard": False, "entangler": "Ring", "rotation": ["RX", "ry"]}
    settings = kind.from_dict({"candidates": [2, stored]})
    assert settings.candidates == (2, Ansatz(False, "cyc", ("rx", "ry")))
    assert settings.to_dict()["candidates"][1] == {"hadamard": False, "entangler": "cyc", "rotation": ("rx", "ry")}


def test_an_unknown_word_names_all_words():
    with pytest.raises(ValueError, match=r"entangler must be one of \('ent', 'cyc', 'brick', 'ring'\)"):
        RunSettings.from_dict({"candidates": [{"hadamard": True, "entangler": "star", "rotation": "ry"}]})


@pytest.mark.parametrize("kind", KINDS)
def test_circuits_by_elements_are_stored_and_read_again(kind):
    circuits = (2, Ansatz(start=[H()], layer=[CZ("ring"), U3()]), Ansatz(layer=[[RY(wires=(0, 2))], [CZ(((0, 1),))]]))
    settings = kind(candidates=circuits)
    assert kind.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings
    assert settings.count_search(100) == settings.depth * 3 * 7 + 3 + 7 + 2  # 3 angles a qubit, weights, mapping


def test_a_circuit_that_words_say_is_stored_in_words():
    by_elements = RunSettings(candidates=(Ansatz(start=[H()], layer=[CNOT("ring"), RY()]),))
    assert by_elements.to_dict() == RunSettings(candidates=(Ansatz(True, "cyc", "ry"),)).to_dict()


def test_a_pattern_that_is_a_function_is_refused_by_what_is_stored():
    with pytest.raises(ValueError, match="a function as its pattern, which cannot be stored: give it as pairs"):
        RunSettings(candidates=(Ansatz(layer=[CZ(lambda n: [(0, n - 1)]), RY()]),))
    with pytest.raises(ValueError, match=r"an element must have a gate of .* got {'gate': 'T'}"):
        RunSettings.from_dict({"candidates": [{"start": [], "layer": [[{"gate": "T"}]]}]})


@pytest.mark.parametrize("kind", KINDS)
def test_a_control_of_the_search_is_younger_than_stored_runs(kind):
    now, changed = kind().to_dict(), kind(equal_signals=True).to_dict()
    before = {name: value for name, value in now.items() if name != "equal_signals"}
    assert run_key("images", now, None) == run_key("images", before, None) != run_key("images", changed, None)
    model = build_model(nn.Linear(9, 4), RunSettings(equal_signals=True, depth=2))
    assert isinstance(model, QuantumTrain) and model.search.equal_signals


@pytest.mark.parametrize("kind", KINDS)
def test_settings_of_the_mapping_are_younger_than_stored_runs(kind):
    now, changed = kind().to_dict(), kind(mapping_hidden=(4, 20, 4), chunk=8).to_dict()
    before = {name: v for name, v in now.items() if name not in ("mapping_hidden", "hidden_activation", "chunk")}
    assert run_key("images", now, None) == run_key("images", before, None) != run_key("images", changed, None)
    assert kind.from_dict(before) == kind()
    assert kind.from_dict(changed) == kind(mapping_hidden=[4, 20, 4], chunk=8)


def test_a_model_has_the_mapping_of_its_settings():
    settings = RunSettings(mapping_hidden=(4, 3), hidden_activation="tanh", chunk=5, depth=2, candidates=(5, 8))
    model = build_model(nn.Linear(9, 4), settings)
    assert isinstance(model, QuantumTrain)
    assert model.plan == plan(nn.Linear(9, 4), 2, settings.ansatze, hidden=(4, 3), hidden_activation="tanh", chunk=5)
    assert settings.count_search(40) == model.num_trainable
    alone = build_model(nn.Linear(9, 4), RunSettings(model="mapping", chunk=5))
    assert alone.num_trainable == 5 * 5


@pytest.mark.parametrize(("text", "value"), [("4,20,4", (4, 20, 4)), ("[4,20,4]", (4, 20, 4)), ("", ()), ("7", (7,))])
def test_hidden_layers_are_read_on_the_command_line(text, value):
    ((name, found),) = read_values(ImageSettings, [f"mapping-hidden={text}"])
    assert getattr(ImageSettings(**{name: found}), name) == value


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"mapping_hidden": (4, 0)}, "a size in mapping_hidden must be a whole number of at least 1, got 0"),
        ({"mapping_hidden": 4}, "mapping_hidden must be sizes of layers"),
        ({"hidden_activation": "gelu"}, "hidden_activation must be one of"),
        ({"chunk": 0}, "chunk must be a whole number of at least 1, got 0"),
        (
            {"hidden_activation": "tanh"},
            "hidden_activation='tanh' would have no effect: it stands behind hidden layers of the mapping, mapping_hid",
        ),
    ],
)
def test_impossible_mappings_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        RunSettings(**values)


@pytest.mark.parametrize("kind", KINDS)
def test_stored_settings_without_effect_are_read_as_they_are(kind):
    """They were not always refused: a run's key counts them."""
    stored = {**kind().to_dict(), "hidden_activation": "tanh"}
    settings = kind.from_dict(stored)
    assert settings.to_dict() == stored and pickle.loads(pickle.dumps(settings)) == settings
    model = build_model(nn.Linear(9, 4), settings)
    assert isinstance(model, QuantumTrain) and isinstance(model.mapping, nn.Linear)
    with pytest.raises(ValueError, match="hidden_activation='tanh' would have no effect"):
        dataclasses.replace(settings, seed=3)
    with pytest.raises(ValueError, match="hidden_activation must be one of"):
        kind.from_dict({"hidden_activation": "gelu"})
