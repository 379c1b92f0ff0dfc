"""Checks of single values: what passes comes in its proper type, what does not is named."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from qtkit.checks import (
    checked_between,
    checked_bool,
    checked_choice,
    checked_depth,
    checked_finite,
    checked_positive,
    checked_qubits,
    checked_whole,
    checked_whole_or_none,
)


@pytest.mark.parametrize("value", [2, np.int64(2), np.uint8(2)])
def test_whole_numbers_of_any_library_become_ints(value):
    assert type(checked_whole("steps", value, 1)) is int
    assert checked_whole_or_none("steps", value, 2, 2) == 2


@pytest.mark.parametrize("wrong", [0, 2.0, True, np.bool_(True), "2", None, math.nan])
def test_what_is_no_whole_number_is_refused(wrong):
    with pytest.raises(ValueError, match=r"steps must be a whole number of at least 1, got"):
        checked_whole("steps", wrong, 1)


def test_a_range_names_both_ends_and_none_is_told_of_where_it_may_be():
    with pytest.raises(ValueError, match=r"steps must be a whole number from 1 to 10,000, got 10001"):
        checked_whole("steps", 10_001, 1, 10_000)
    with pytest.raises(ValueError, match=r"steps must be a whole number of at least 1 or None, got 0"):
        checked_whole_or_none("steps", 0, 1)
    assert checked_whole_or_none("steps", None, 1) is None


def test_least_qubits_and_layers():
    assert (checked_qubits(1), checked_depth(0)) == (1, 0)
    with pytest.raises(ValueError, match="n_qubits must be a whole number of at least 1, got 0"):
        checked_qubits(0)
    with pytest.raises(ValueError, match="depth must be a whole number of at least 0, got -1"):
        checked_depth(-1)


@pytest.mark.parametrize("value", [1, 0.5, np.float32(0.5), Fraction(1, 2)])
def test_real_numbers_become_floats(value):
    assert type(checked_positive("rate", value)) is float
    assert checked_between("rate", value, 0, 1) == float(value)
    assert checked_finite("rate", -value) == -float(value)


@pytest.mark.parametrize("wrong", [0, -1, math.inf, math.nan, True, "1", None, 1j])
def test_what_is_no_positive_number_is_refused(wrong):
    with pytest.raises(ValueError, match="rate must be a positive number, got"):
        checked_positive("rate", wrong)


@pytest.mark.parametrize("wrong", [-math.inf, math.nan, True, "1", None, 1j])
def test_what_is_no_finite_number_is_refused(wrong):
    with pytest.raises(ValueError, match="amount must be a finite number, got"):
        checked_finite("amount", wrong)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan, False, "0.5"])
def test_what_is_outside_is_refused_with_both_ends(wrong):
    with pytest.raises(ValueError, match="chance must be a number from 0 to 1, got"):
        checked_between("chance", wrong, 0, 1)


@pytest.mark.parametrize("wrong", [0, 1, "True", None, np.bool_(True)])
def test_only_true_and_false_are_such(wrong):
    assert checked_bool("on", True) is True
    with pytest.raises(ValueError, match="on must be True or False, got"):
        checked_bool("on", wrong)


def test_a_choice_is_one_of_a_table_s_own():
    chosen = checked_choice("kind", np.str_("raw"), {"raw": 1, "tanh": 2})
    assert chosen == "raw" and type(chosen) is str


@pytest.mark.parametrize("wrong", ["RAW", "", None, 0, ["raw"]])
def test_what_is_no_choice_is_refused_with_all_of_them(wrong):
    with pytest.raises(ValueError, match=r"kind must be one of \('raw', 'tanh'\), got"):
        checked_choice("kind", wrong, ("raw", "tanh"))
