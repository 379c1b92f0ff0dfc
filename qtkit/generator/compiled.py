"""Generated weights and the way back by compiled kernels alone, for networks smaller than autograd's bookkeeping.

A network of some thousand weights, a handful of inputs at a time: there autograd takes as long to remember what was
done as the doing takes. The mathematics is that of `QuantumTrain.weights`, differentiated by hand.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from qtkit.generator import mapping_kernels
from qtkit.generator.diffqas import DiffQAS
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.simulation.native import Evaluation, plan_of


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
        self._mapping = model.mapping
        self._model, self._reading = model, model.reading
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
        model, search = self._model, self._model.search
        self._soft, self._mixture = _mixtures(search)
        self._temperature = search.temperature
        self._evaluation = Evaluation(self._plan, search.angles.detach().numpy(), self._mixture, keep=True)
        self._seen = self._reading.seen(self._evaluation.total)
        weight, bias = self._mapping.weight.detach().numpy()[0], self._mapping.bias.detach().numpy()
        mapping_kernels.generate(weight, bias, *self._bits, self._seen, self._kappa)
        if model.centre:
            self._kappa -= self._kappa.mean()
        return self._kappa

    def backward(self, by_weights: np.ndarray) -> None:
        """Add to the gradients of the trained numbers, given that by kappa `(p,)`, of the last `weights()`."""
        model, search = self._model, self._model.search
        upstream = by_weights - by_weights.mean() if model.centre else by_weights
        weight = self._mapping.weight.detach().numpy()[0]
        into = _gradient(self._mapping.weight)[0], _gradient(self._mapping.bias)
        mapping_kernels.differentiate(weight, *self._bits, self._seen, upstream, *into, self._by_seen)
        by_angle, by_mixture = self._evaluation.gradients(self._by_seen * self._reading.slope(self._seen))
        _gradient(search.angles)[...] += by_angle
        if search.structural_weights.requires_grad:
            if search.weighting != "raw":
                by_mixture = self._soft * (by_mixture - by_mixture @ self._soft) / self._temperature
            _gradient(search.structural_weights)[...] += by_mixture


def _mixtures(search: DiffQAS) -> tuple[np.ndarray, np.ndarray]:
    """What the gradient goes through, and the effective weights: as `DiffQAS.choice`, in `eval()` mode `mixture`."""
    logits = search.structural_weights.detach().numpy()
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


def _gradient(parameter: torch.Tensor) -> np.ndarray:
    """A view of the parameter's gradient, zeros if there is none yet."""
    if parameter.grad is None:
        parameter.grad = torch.zeros_like(parameter)
    return parameter.grad.numpy()
