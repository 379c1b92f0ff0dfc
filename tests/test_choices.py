"""The names of choices are those of what is chosen, and cost nothing to know."""

from __future__ import annotations

import pytest

from qtkit.choices import ACTIVATION_NAMES, DTYPE_NAMES, current_probability, with_current_names
from qtkit.networks import ACTIVATIONS
from qtkit.simulation import DTYPES


def test_names_are_those_of_what_is_chosen():
    assert tuple(ACTIVATIONS) == ACTIVATION_NAMES
    assert tuple(DTYPES) == DTYPE_NAMES


def test_a_former_name_is_read_with_a_warning_at_the_caller():
    with pytest.warns(DeprecationWarning, match="probability='centred' is called 'scaled' now") as caught:
        assert current_probability("centred", stacklevel=1) == "scaled"
    assert caught[0].filename == __file__
    assert current_probability("raw") == "raw"


def test_stored_settings_are_read_by_todays_names():
    stored = {"probability": "centred", "centre": True}
    assert with_current_names(stored) == {"probability": "scaled", "centre": True}
    assert stored["probability"] == "centred", "what was given stays"
    assert with_current_names({"probability": "raw"}) == {"probability": "raw"}
    assert with_current_names({}) == {}
    assert with_current_names({"probability": ["centred"]}) == {"probability": ["centred"]}
