"""Plain data comes back as it went; what is none is said to be none, and nothing is ever run by reading."""

from __future__ import annotations

import base64
import io
import math
import pickle

import numpy as np
import pytest
import torch

from qtkit.circuits import CANDIDATES, CZ, RX, U3, Ansatz, H
from qtkit.grading import plain
from qtkit.tasks.images.settings import ImageSettings


def there_and_back(value):
    return plain.unpack(plain.from_json(plain.to_json({"value": plain.pack(value)}))["value"])


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -3,
        2**60 + 1,
        0.1,
        math.inf,
        1 + 2j,
        "κ",
        [],
        [1, [2.5, "x"]],
        (1, (2,)),
        {"a": [1], 2: (3,)},
        {1, 2},
        CANDIDATES[4],
        Ansatz(False, ((0, 1), (2, 0)), ("rx", "ry")),
        Ansatz(start=[H()], layer=[[CZ("ring"), U3()], [RX(wires=0)]]),
        ImageSettings(dataset="fashion", depth=6, candidates=(5,)),
    ],
    ids=repr,
)
def test_values_come_back(value):
    got = there_and_back(value)
    assert got == value
    assert type(got) is type(value)


def test_nan_comes_back():
    assert math.isnan(there_and_back(math.nan))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "complex128", "bool", "uint8"])
def test_arrays_come_back(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    got = there_and_back(array)
    assert got.dtype == array.dtype
    np.testing.assert_array_equal(got, array)
    got[0, 0] = 1  # it can be written to


@pytest.mark.parametrize("value", [np.float32(0.5), np.int64(3), np.bool_(True)])
def test_numpy_scalars_stay_scalars(value):
    got = there_and_back(value)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize("wanted", [True, False])
def test_tensors_come_back_with_their_wish_for_a_gradient(wanted):
    tensor = torch.tensor([[1.5, 2.0]], dtype=torch.float64, requires_grad=wanted)
    got = there_and_back(tensor)
    assert got.requires_grad is wanted
    assert got.dtype == torch.float64
    assert torch.equal(got, tensor)


def test_the_result_of_a_computation_wants_its_gradient_too():
    start = torch.ones(2, requires_grad=True)
    assert there_and_back(2 * start).requires_grad


def test_views_with_conjugation_come_back():
    tensor = torch.tensor([1 + 2j]).conj()
    assert torch.equal(there_and_back(tensor), tensor)


def test_iterators_become_lists():
    assert there_and_back(zip([1, 2], "ab", strict=True)) == [(1, "a"), (2, "b")]
    assert there_and_back(range(3)) == [0, 1, 2]


def test_an_endless_iterator_is_refused():
    def endless():
        while True:
            yield 1

    with pytest.raises(plain.NotPlain, match="does not end"):
        plain.pack(endless())


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (object(), "a object"),
        (np.array([object()]), "an array of objects"),
        (10**5000, "thousands of digits"),
        ("x" * 2_000_000, "too long"),
        (len, "a builtin_function"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_is_told(value, told):
    with pytest.raises(plain.NotPlain, match=told):
        plain.pack(value)


def test_what_is_nested_without_end_is_refused():
    value: list = []
    value.append(value)
    with pytest.raises(plain.NotPlain, match="deep"):
        plain.pack(value)


def test_functions_go_by_number():
    kept = []

    def keep(function):
        kept.append(function)
        return len(kept) - 1

    packed = plain.pack([len, abs], keep)
    assert kept == [len, abs]
    assert plain.unpack(packed, kept.__getitem__) == [len, abs]
    with pytest.raises(ValueError, match="not plain"):
        plain.unpack(packed)


def test_a_stranger_shows_itself_and_is_nothing_else():
    stranger = plain.unpack({"stranger": "a Thing"})
    assert repr(stranger) == "<a Thing>"
    assert not hasattr(stranger, "__iter__")


@pytest.mark.parametrize(
    "value",
    [
        [1],
        {},
        {"unknown": 1},
        {"array": "not base64!"},
        {"array": 3, "scalar": False},
        {"array": base64.b64encode(b"no array").decode(), "scalar": False},
        {"complex": [1]},
        {"tuple": 3},
        {"dict": [[1]]},
        {"dict": [[{"list": []}, 1]]},
        {"set": [{"list": []}]},
        {"ansatz": [1, 2]},
        {"ansatz": [True, "x", "y"]},
        {"elements": 3},
        {"elements": {"start": [], "layer": [[{"gate": "os"}]]}},
        {"function": "x"},
        {"settings": ["os.system", {"dict": []}]},
        {"settings": ["qtkit.tasks.images.settings.ImageSettings", {"dict": [["depth", -1]]}]},
    ],
    ids=repr,
)
def test_what_pack_never_made_is_refused(value):
    with pytest.raises(ValueError, match=r"."):
        plain.unpack(value)


def test_arrays_of_a_pickle_are_not_read():
    file = io.BytesIO()
    np.save(file, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        plain.unpack({"array": base64.b64encode(file.getvalue()).decode(), "scalar": False})
    with pytest.raises(ValueError, match=r"."):
        plain.unpack({"array": base64.b64encode(pickle.dumps([1])).decode(), "scalar": False})


def test_an_array_larger_than_its_data_is_refused():
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)})
    with pytest.raises(ValueError, match=r"."):
        plain.unpack({"array": base64.b64encode(file.getvalue()).decode(), "scalar": False})


@pytest.mark.parametrize("data", [b"", b"nonsense", b"[1]", b'"x"', b"\xff", b"[" * 200_000])
def test_what_is_no_message_is_refused(data):
    with pytest.raises(ValueError, match=r"."):
        plain.from_json(data)
