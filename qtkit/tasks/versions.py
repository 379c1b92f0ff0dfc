"""`versions`: what a run's numbers depend on besides its settings."""

from __future__ import annotations

import platform

import numpy as np
import torch


def versions() -> dict[str, str]:
    """The versions of qtkit and of what computes, the system, and PyTorch's number of threads."""
    import qtkit

    return {
        "qtkit": qtkit.__version__,
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "threads": str(torch.get_num_threads()),
    }
