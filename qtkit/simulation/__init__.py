"""Exact, differentiable simulation of the candidate circuits: `probabilities`, `ensemble`, `stack_ensembles`.

`ensembles` chooses between two backends: `native/`, which runs compiled `kernels/` by a circuit's `structure`, and
`torch_path/`, in plain PyTorch. `noise` and `density` simulate faulty circuits, `memory` tells what is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach
from qtkit.simulation.structure import Structure, structure  # at once: the module has the function's name

if TYPE_CHECKING:
    from qtkit.simulation.ensembles import (
        BACKENDS,
        DTYPES,
        candidate_probabilities,
        ensemble,
        probabilities,
        stack_ensembles,
    )
    from qtkit.simulation.threads import get_num_threads, set_num_threads

__all__ = [
    "BACKENDS",
    "DTYPES",
    "Structure",
    "candidate_probabilities",
    "ensemble",
    "get_num_threads",
    "probabilities",
    "set_num_threads",
    "stack_ensembles",
    "structure",
]

# Tables and figures of stored runs compare circuits, and need no PyTorch for it.
__getattr__, __dir__ = attach(
    __name__,
    {
        "BACKENDS": "qtkit.simulation.ensembles",
        "DTYPES": "qtkit.simulation.ensembles",
        "candidate_probabilities": "qtkit.simulation.ensembles",
        "ensemble": "qtkit.simulation.ensembles",
        "get_num_threads": "qtkit.simulation.threads",
        "probabilities": "qtkit.simulation.ensembles",
        "set_num_threads": "qtkit.simulation.threads",
        "stack_ensembles": "qtkit.simulation.ensembles",
    },
)
