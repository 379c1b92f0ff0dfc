"""Answers are read as they come, and refused with a word on what came."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qtkit.labs.answers import close, number, numbers, whole
from qtkit.labs.checking import Wrong


@pytest.mark.parametrize("got", [7, np.int64(7), np.uint8(7), np.array(7), torch.tensor(7), torch.tensor([7])])
def test_whole_numbers(got) -> None:
    assert whole(got, "a count") == 7


@pytest.mark.parametrize("got", [7.0, np.float64(7), torch.tensor(7.0), True, np.True_, "7", [7], None])
def test_other_than_whole_numbers(got) -> None:
    with pytest.raises(Wrong, match=r"^a count is a whole number \(int\), but you return "):
        whole(got, "a count")


@pytest.mark.parametrize("got", [0.5, np.float32(0.5), torch.tensor(0.5, requires_grad=True), np.array([0.5]), [0.5]])
def test_numbers_alone(got) -> None:
    assert number(got, "a chance") == 0.5


@pytest.mark.parametrize("got", ["0.5", None, True, np.nan, float("inf"), [0.5, 1], 1j, torch.ones(2), 10**400])
def test_other_than_numbers(got) -> None:
    with pytest.raises(Wrong, match="^a chance is a number, but you return "):
        number(got, "a chance")


@pytest.mark.parametrize(
    "got",
    [
        [1, 2],
        (1.0, np.float32(2)),
        np.array([1, 2], dtype=np.int8),
        torch.tensor([1.0, 2.0], requires_grad=True),
        [torch.tensor(1), torch.tensor(2.0, requires_grad=True)],
    ],
)
def test_arrays(got) -> None:
    read = numbers(got, (2,), "n = 1")
    assert read.dtype == np.float64 and read.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("got", "told"),
    [
        ([1, 2, 3], r"n = 1: shape \(2,\) is expected, yours has shape \(3,\)\."),
        ([[1], [2, 3]], "an array of numbers is expected, you return "),
        ("12", "an array of numbers is expected, you return '12'"),
        ({"a": 1}, "an array of numbers is expected"),
        (["1", "2"], "an array of numbers is expected"),
        (np.array([1j, 2]), "real numbers are expected, yours are complex"),
        ([1, np.nan], "not all of your numbers are finite"),
        ("x" * 1_000, r"you return str 'x{56}\.\.\.\.$"),
    ],
)
def test_other_than_arrays(got, told) -> None:
    with pytest.raises(Wrong, match=told):
        numbers(got, (2,), "n = 1")


def test_as_close_as_32_bits_allow() -> None:
    right = np.array([0.25, 1e-9, 3.0])
    assert close(right.astype(np.float32).astype(float), right)
    assert not close(right * 1.001, right)
