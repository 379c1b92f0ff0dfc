"""`versions`: what a run's numbers depend on besides its settings."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import platform


def versions() -> dict[str, str]:
    """The versions of qtkit and of what computes, if it is installed, the system, and PyTorch's number of threads."""
    import numpy as np
    import torch

    import qtkit

    return {
        "qtkit": qtkit.__version__,
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        **_installed("numba", "gymnasium", "minigrid"),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "threads": str(torch.get_num_threads()),
    }


@functools.cache
def _installed(*packages: str) -> dict[str, str]:
    """Their versions, without importing them."""
    found = {}
    for package in packages:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found
