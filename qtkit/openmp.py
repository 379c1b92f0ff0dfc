"""OpenMP's threads, which PyTorch computes with: how long they wait awake for their next loop."""

from __future__ import annotations

import os

_SETTINGS = {"GOMP_SPINCOUNT": "10000", "KMP_BLOCKTIME": "1"}  # GNU's library: turns of a loop; LLVM's: milliseconds


def spin_briefly() -> None:
    """Let idle threads sleep after a fraction of a millisecond, unless the environment says how long.

    By default they spin for ten (GNU) or two hundred (LLVM) milliseconds after each of PyTorch's loops, on the cores
    that the circuits need just then. Sleeping at once would make small networks slower, whose loops follow each other
    closely. OpenMP reads its environment once, when PyTorch is imported.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        for name, value in _SETTINGS.items():
            os.environ.setdefault(name, value)
