"""qtkit: Quantum-Train and differentiable quantum architecture search, to touch and to explore."""

from qtkit import networks
from qtkit.ansatz import CANDIDATES, Ansatz
from qtkit.diffqas import DiffQAS
from qtkit.machine import Machine
from qtkit.quantum_train import QuantumTrain
from qtkit.simulation import probabilities

__all__ = ["CANDIDATES", "Ansatz", "DiffQAS", "Machine", "QuantumTrain", "networks", "probabilities"]
__version__ = "0.1.0"
