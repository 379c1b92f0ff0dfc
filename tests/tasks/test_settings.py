"""What all tasks' settings share: names of before, and circuits by any of their words."""

from __future__ import annotations

import pytest

from qtkit import Ansatz
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
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
