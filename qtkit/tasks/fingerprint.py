"""What makes two sets of data the same: one hash over all their tensors and arrays."""

from __future__ import annotations

import dataclasses
import hashlib
import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def fingerprint(data: DataclassInstance | Mapping[str, Any]) -> str:
    """SHA-256 of all tensors and arrays of a dataclass, or by name: names, types, shapes, values. Words are left out.

    Returns:
        64 hexadecimal digits.
    """
    if not isinstance(data, Mapping):
        data = {field.name: getattr(data, field.name) for field in dataclasses.fields(data)}
    seal = hashlib.sha256()
    for name, value in data.items():
        if isinstance(value, torch.Tensor):
            value = value.detach().cpu().numpy()
        if isinstance(value, np.ndarray):
            seal.update(f"{name} {value.dtype.str} {value.shape}\n".encode())
            seal.update(np.ascontiguousarray(value).data)
    return seal.hexdigest()


def checksum(tensors: Iterable[Tensor]) -> int:
    """CRC-32 of the tensors' values, one after the other: what checkpoints of format 1 name their data by."""
    value = 0
    for tensor in tensors:
        value = zlib.crc32(np.ascontiguousarray(tensor.cpu().numpy()).data, value)
    return value
