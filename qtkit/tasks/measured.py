"""`MeasuredTrain`: a Quantum-Train that learns from what a machine would tell it: finite shots and faulty gates.

What each step sees of a candidate is `counts / S` instead of its distribution P, and the gradient is an estimate from
S shots more, the *score-function* estimator: with upstream gradient g, outcomes x of P and `d log P` of the exact
simulation,

    (1 / S) * sum_s g[x_s] * d log P[x_s],   whose mean is   sum_i g_i dP_i,

the exact one. Its variance is `(sum_i (g_i dP_i)**2 / P_i - (sum_i g_i dP_i)**2) / S` for each candidate of weight 1:
it falls as 1/S, and stays finite where P goes to 0, for dP goes with its root. The shots of the gradient are others
than those that g was computed from, or the two would be correlated. (A machine, which does not know P, would take the
parameter shift instead: 2 L n circuits more a step, of the same mean.)

Faulty gates are `TRAJECTORIES` random sets of Pauli errors a step, each a circuit of its own, see
`qtkit.simulation.noise`; their mean distribution is an unbiased estimate of the noisy one and differentiable. Those of
the gradient are others, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from qtkit.checks import checked_between, checked_whole_or_none
from qtkit.circuits.ansatz import Ansatz
from qtkit.generator.machine import MAX_SHOTS
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.generator.search.diffqas import DiffQAS
from qtkit.generator.search.layerwise import LayerwiseSearch
from qtkit.simulation import probabilities
from qtkit.simulation.noise import error_places, move_errors_to_end

TRAJECTORIES = 10
"""Random sets of gate errors of each candidate, for what a step sees, and as many for its gradient."""

SHOWN, DIFFERENTIATED = range(2)
"""What random numbers are for."""


class MeasuredTrain(QuantumTrain):
    """A `QuantumTrain` whose distribution is estimated while it trains; in `eval()` mode, and in `to_classical`, exact.

    `measure` says how, and before each step from which random numbers.

    Example:
        >>> from torch import nn
        >>> model = MeasuredTrain(nn.Linear(3, 2), depth=2)
        >>> model.measure(shots=100, noise=0.0, seeds=(0, 1))
        >>> model(torch.zeros(5, 3)).shape
        torch.Size([5, 2])
    """

    _measuring: tuple[int | None, float, tuple[int, ...]] | None = None

    def measure(self, *, shots: int | None, noise: float, seeds: tuple[int, ...]) -> None:
        """Estimate from now on.

        Arguments:
            shots: S, of each candidate; None for exact probabilities.
            noise: the chance that a gate leaves a random Pauli error on each qubit that it touches, 0 to 0.75.
            seeds: decide all that is random.

        Raises:
            ValueError: for a value out of range, stacked blocks, or noise in circuits that no words describe.
        """
        check_measurable(shots, noise, self.search)
        self._measuring = shots, noise, seeds

    def weights(self, distribution: Tensor | None = None) -> Tensor:
        """The generated parameters `(p,)`, in training mode from what was measured; see `QuantumTrain.weights`."""
        if distribution is None and self.training and self._measuring is not None and torch.is_grad_enabled():
            shots, noise, seeds = self._measuring
            distribution = estimate(self.search, shots=shots, noise=noise, seeds=seeds)
        return super().weights(distribution)


def check_measurable(shots: int | None, noise: float, search: DiffQAS) -> None:
    """ValueError unless a machine can be asked for the candidates of `search` one by one, with such settings."""
    checked_whole_or_none("shots", shots, 1, MAX_SHOTS)
    checked_between("noise", noise, 0, 0.75)
    if search.n_blocks > 1:
        raise ValueError(f"a machine reads each candidate by itself, which {search.n_blocks} stacked blocks forbid")
    if isinstance(search, LayerwiseSearch) and (shots is not None or noise):
        raise ValueError(
            "shots and noise in training are of whole circuits, each measured by itself, and the layers of a layerwise "
            f"search are chosen one by one, here layerwise={search.layerwise!r}: a Machine reads it once it is trained"
        )
    if search.equal_signals and (shots is not None or noise):
        raise ValueError("equal_signals is a control with exact probabilities: it goes with neither shots nor noise")
    for candidate in search.candidates if noise else ():
        if not getattr(candidate, "in_words", True):
            raise ValueError(
                f"noise in training needs circuits of Hadamards, CNOTs, RX, RY and RZ, given in words; got {candidate}"
            )


def estimate(search: DiffQAS, *, shots: int | None, noise: float, seeds: tuple[int, ...]) -> Tensor:
    """The search's distribution `(2**n,)` as a machine tells it, differentiable with an unbiased gradient.

    Arguments:
        shots, noise, seeds: see `MeasuredTrain.measure`.
    """
    draws = [np.random.default_rng([*seeds, use]) for use in (SHOWN, DIFFERENTIATED)]
    with torch.no_grad():
        shown = _distributions(search, noise, draws[SHOWN])
        shown = shown if shots is None else _measured(shown, shots, draws[SHOWN])
    told = _distributions(search, noise, draws[DIFFERENTIATED])  # (N, 2**n), differentiable
    again = told.detach() if shots is None else _measured(told.detach(), shots, draws[DIFFERENTIATED])
    mixed: Tensor = _Estimated.apply(search.choice(), told, shown, again)
    return mixed


class _Estimated(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, mixture: Tensor, told: Tensor, shown: Tensor, again: Tensor) -> Tensor:
        ctx.save_for_backward(mixture, told, again)
        return mixture @ shown

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        mixture, told, again = ctx.saved_tensors
        # counts / (S P), 1 in the mean; an outcome that cannot be is never measured
        ratio = torch.where(told > 0, again / told.clamp(min=torch.finfo(told.dtype).tiny), torch.zeros_like(told))
        return again @ upstream, mixture[:, None] * upstream * ratio, None, None


def _distributions(search: DiffQAS, noise: float, draws: np.random.Generator) -> Tensor:
    """Each candidate's distribution `(N, 2**n)`; with noise the mean over random errors."""
    if not noise:
        return search.candidate_probabilities()
    each = []
    for place, candidate in enumerate(search.candidates):
        angles = search.angles if search.shared_angles else search.angles[place]
        each.append(noisy_mean(candidate, angles, noise, TRAJECTORIES, draws))
    return torch.stack(each)


def noisy_mean(ansatz: Ansatz, angles: Tensor, noise: float, trajectories: int, draws: np.random.Generator) -> Tensor:
    """The mean `(2**n,)` of a circuit's distributions under random sets of Pauli errors; differentiable.

    Unlike `qtkit.simulation.noise.noisy_probabilities` it is a distribution whatever is drawn, and so one to take shots
    of; what is left of chance is more.
    """
    depth, n = angles.shape
    shape = trajectories, len(error_places(ansatz, n, depth))
    errors = np.where(draws.random(shape) < noise, draws.integers(1, 4, size=shape), 0)
    signs, masks = move_errors_to_end(ansatz, n, depth, errors)
    index = torch.arange(2**n, device=angles.device)
    total = angles.new_zeros(2**n)
    for sign, mask in zip(signs, masks.tolist(), strict=True):
        total = total + probabilities(ansatz, angles * torch.from_numpy(sign).to(angles))[index ^ mask]
    return total / trajectories


def _measured(distributions: Tensor, shots: int, draws: np.random.Generator) -> Tensor:
    """`counts / S` of so many shots of each distribution."""
    clean = distributions.double().clamp(min=0).cpu().numpy()
    counts = np.stack([draws.multinomial(shots, row / row.sum()) for row in clean])
    return torch.from_numpy(counts / shots).to(distributions)
