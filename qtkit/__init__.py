"""qtkit: Quantum-Train and differentiable quantum architecture search, to touch and to explore.

Each folder uses only those that stand before it in the map of CONTRIBUTING.md. The names that users need first are
offered here, and imported when they are asked for; `doctor`, `pages` and `warmup` can be run by `python -m`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach
from qtkit.openmp import spin_briefly

if TYPE_CHECKING:
    from qtkit import networks
    from qtkit.circuits.ansatz import CANDIDATES, Ansatz
    from qtkit.generator.machine import Machine
    from qtkit.generator.quantum_train import QuantumTrain
    from qtkit.generator.search.diffqas import DiffQAS
    from qtkit.generator.vqc import VQC
    from qtkit.simulation.ensembles import probabilities

__all__ = ["CANDIDATES", "VQC", "Ansatz", "DiffQAS", "Machine", "QuantumTrain", "networks", "probabilities"]
__version__ = "0.1.0"

spin_briefly()  # before PyTorch is imported, here or by the user

__getattr__, __dir__ = attach(
    __name__,
    {
        "CANDIDATES": "qtkit.circuits.ansatz",
        "Ansatz": "qtkit.circuits.ansatz",
        "DiffQAS": "qtkit.generator.search.diffqas",
        "Machine": "qtkit.generator.machine",
        "QuantumTrain": "qtkit.generator.quantum_train",
        "VQC": "qtkit.generator.vqc",
        "networks": "qtkit",
        "probabilities": "qtkit.simulation.ensembles",
    },
)
