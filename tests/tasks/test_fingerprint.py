"""What identifies data: every value, type, shape and name of a tensor, and no words."""

from __future__ import annotations

import dataclasses
import hashlib
import zlib

import numpy as np
import pytest
import torch
from torch import Tensor

from qtkit.tasks.fingerprint import checksum, fingerprint


@dataclasses.dataclass
class Data:
    a: Tensor
    b: np.ndarray
    source: str = "here"
    n: int = 3


DATA = Data(torch.tensor([[1.5, 2.0]]), np.array([1, 2, 3], dtype=np.int32))


def test_by_hand() -> None:
    expected = hashlib.sha256()
    for name, values in (("a <f4 (1, 2)", np.array([1.5, 2], dtype="<f4")), ("b <i4 (3,)", DATA.b)):
        expected.update(f"{name}\n".encode() + values.tobytes())
    assert fingerprint(DATA) == expected.hexdigest()
    assert fingerprint({"a": DATA.a, "b": DATA.b}) == expected.hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        Data(torch.tensor([[1.5, 2.5]]), DATA.b),
        Data(DATA.a.double(), DATA.b),
        Data(DATA.a[0], DATA.b),
        Data(DATA.a, DATA.b[::-1]),
        {"A": DATA.a, "b": DATA.b},
        {"b": DATA.b, "a": DATA.a},
    ],
)
def test_anything_else_is_other_data(other: Data | dict[str, Tensor]) -> None:
    assert fingerprint(other) != fingerprint(DATA)


def test_words_and_the_order_in_memory_do_not_count() -> None:
    turned = torch.tensor([[1.5], [2.0]]).T
    assert turned.stride() != DATA.a.stride()
    assert fingerprint(Data(turned, DATA.b, source="elsewhere", n=4)) == fingerprint(DATA)


def test_the_checksum_of_format_1() -> None:
    tensors = (torch.arange(6.0).reshape(2, 3).T, torch.tensor(7), torch.zeros(0))
    content = b"".join(tensor.contiguous().numpy().tobytes() for tensor in tensors)
    assert checksum(tensors) == zlib.crc32(content)
    assert checksum(()) == 0
