"""qtkit: Quantum-Train and differentiable quantum architecture search, to touch and to explore."""

from qtkit.ansatz import CANDIDATES, Ansatz
from qtkit.diffqas import DiffQAS
from qtkit.simulation import probabilities

__all__ = ["CANDIDATES", "Ansatz", "DiffQAS", "probabilities"]
__version__ = "0.1.0"
