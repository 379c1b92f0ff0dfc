"""Generated weights and the way back by compiled kernels alone, for networks smaller than autograd's bookkeeping.

A network of some thousand weights, a handful of inputs at a time: there autograd takes as long to remember what was
done as the doing takes. The mathematics is that of `QuantumTrain.weights`, differentiated by hand.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from qtkit.generator.mapping import kernels as mapping_kernels
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.generator.search.diffqas import DiffQAS
from qtkit.simulation.native.ensembles import Evaluation, plan_of


class CompiledGenerator:
    """The generated weights of a model on the CPU, and their gradient by the trained numbers.

    Arguments:
        model: one that `supports` says can be.

    Raises:
        ValueError: for another.
    """

    def __init__(self, model: QuantumTrain) -> None:
        if not self.supports(model):
            raise ValueError(
                "kernels need a QuantumTrain, no subclass of it or of its parts, on the CPU, of all parameters, with a "
                "linear mapping, chunk=1, equal_signals=False, recompute=False, n_blocks=1 and a backend that is not "
                "'torch'"
            )
        search = model.search
        assert isinstance(model.mapping, nn.Linear)
        self._model, self._reading = model, model.reading
        self._weight, self._bias = _View(model.mapping.weight), _View(model.mapping.bias)
        self._angles, self._structural = _View(search.angles), _View(search.structural_weights)
        high, low = model.bit_tables
        self._bits = high.numpy(), low.numpy()
        dtype = self._bits[0].dtype
        self._plan = plan_of(
            search.candidates,
            search.depth,
            search.n_qubits,
            dtype,
            shared=search.shared_angles,
            width=search.angles.shape[-1],
        )
        self._kappa = np.empty(model.num_weights, dtype)
        self._by_seen = np.empty(2**model.n_qubits, dtype)

    @staticmethod
    def supports(model: QuantumTrain) -> bool:
        """Whether kernels can do all of it: they know these very classes, and nothing that a subclass changes."""
        search = model.search
        known = type(model) is QuantumTrain and type(search) is DiffQAS and not model.num_kept
        known = known and type(model.mapping) is nn.Linear and model.mapping.bias is not None and model.chunk == 1
        by_kernels = search.n_blocks == 1 and search.backend != "torch" and not search.recompute
        by_kernels = by_kernels and not search.equal_signals
        return known and by_kernels and search.angles.device.type == "cpu"

    def weights(self) -> np.ndarray:
        """The generated parameters kappa as one vector `(p,)`; the next call overwrites it."""
        search = self._model.search
        self._soft, self._mixture = _mixtures(search, self._structural.value)
        self._temperature = search.temperature
        self._evaluation = Evaluation(self._plan, self._angles.value, self._mixture, keep=True)
        self._seen = self._reading.seen(self._evaluation.total)
        mapping_kernels.generate(self._weight.value[0], self._bias.value, *self._bits, self._seen, self._kappa)
        if self._model.centre:
            self._kappa -= self._kappa.mean()
        return self._kappa

    def backward(self, by_weights: np.ndarray) -> None:
        """Add to the gradients of the trained numbers, given that by kappa `(p,)`, of the last `weights()`."""
        model, search = self._model, self._model.search
        upstream = by_weights - by_weights.mean() if model.centre else by_weights
        into = self._weight.gradient[0], self._bias.gradient
        mapping_kernels.differentiate(self._weight.value[0], *self._bits, self._seen, upstream, *into, self._by_seen)
        by_angle, by_mixture = self._evaluation.gradients(self._by_seen * self._reading.slope(self._seen))
        self._angles.gradient[...] += by_angle
        if search.structural_weights.requires_grad:
            if search.weighting != "raw":
                by_mixture = self._soft * (by_mixture - by_mixture @ self._soft) / self._temperature
            self._structural.gradient[...] += by_mixture


def _mixtures(search: DiffQAS, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the gradient goes through, and the effective weights: as `DiffQAS.choice`, in `eval()` mode `mixture`."""
    if search.weighting == "raw":
        return logits, logits
    noisy = search.weighting == "gumbel" and search.training
    if noisy:
        logits = logits + search.noise.numpy()
    scaled = logits / search.temperature
    powers = np.exp(scaled - scaled.max())
    soft: np.ndarray = powers / powers.sum()
    if not (noisy and search.straight_through):
        return soft, soft
    hard = np.zeros_like(soft)
    hard[logits.argmax()] = 1
    return soft, hard


class _View:
    """A parameter and its gradient as NumPy sees them: looked up once, and again where either lies elsewhere."""

    __slots__ = ("_gradient", "_gradient_at", "_parameter", "_value", "_value_at")

    def __init__(self, parameter: torch.Tensor) -> None:
        self._parameter = parameter
        self._value_at = self._gradient_at = -1

    @property
    def value(self) -> np.ndarray:
        if (at := self._parameter.data_ptr()) != self._value_at:
            self._value, self._value_at = self._parameter.detach().numpy(), at
        return self._value

    @property
    def gradient(self) -> np.ndarray:
        """Zeros if there is none yet."""
        if self._parameter.grad is None:
            self._parameter.grad = torch.zeros_like(self._parameter)
        if (at := self._parameter.grad.data_ptr()) != self._gradient_at:
            self._gradient, self._gradient_at = self._parameter.grad.numpy(), at
        return self._gradient
