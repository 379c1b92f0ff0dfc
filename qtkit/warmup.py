"""Compile the circuits' kernels into the cache, so that the first training starts at once: `python -m qtkit.warmup`."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import torch

from qtkit.ansatz import CANDIDATES, Ansatz
from qtkit.diffqas import DiffQAS


def warm_up(dtypes: Sequence[torch.dtype] = (torch.float32, torch.float64)) -> float:
    """Compile all kernels for these dtypes, unless that was done before; the seconds it took."""
    start = time.perf_counter()
    every_structure = (*CANDIDATES, Ansatz(rotation=("rx", "ry", "rz")))
    for dtype in dtypes:
        DiffQAS(3, 3, every_structure, dtype=dtype)().sum().backward()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.stdout.write(f"kernels ready after {warm_up():.1f} s\n")
