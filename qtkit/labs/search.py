"""The exercises of notebook 03: counting what is trained, mixing distributions, generating weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from qtkit.circuits.ansatz import CANDIDATES, qubits_for
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.labs.answers import whole
from qtkit.labs.checking import Wrong, exercise
from qtkit.simulation import candidate_probabilities


@exercise("count")
def count(answer: Callable[[int, int, int], int]) -> str:
    """`answer(p, L, N)`: how many numbers are trained; the counts of the paper, and a single candidate."""
    for p, depth, n_candidates in (
        (108_866, 15, 12),
        (1_781, 10, 12),
        (6_023, 10, 12),
        (5_825, 10, 12),
        (108_866, 15, 1),
    ):
        got = whole(answer(p, depth, n_candidates), f"p = {p:,}: a count")
        n = qubits_for(p)
        angles, mapping = depth * n, n + 2
        right = angles + mapping + (n_candidates if n_candidates > 1 else 0)
        if got == right:
            continue
        case = f"p = {p:,}, L = {depth}, N = {n_candidates}"
        if n_candidates == 1 and got == right + 1:
            raise Wrong(f"{case}: with one candidate, is there a structural weight to train?")
        if got == right - 1:
            raise Wrong(f"{case}: one too few. Does your mapping have a bias?")
        if got == right - mapping:
            raise Wrong(f"{case}: you return {got}. The numbers of the mapping are missing.")
        if got == angles * n_candidates + mapping + n_candidates:
            raise Wrong(f"{case}: you give every candidate angles of its own, as equation 6; equation 7 shares them.")
        if abs(got - right) in (depth + 1, 2 * (depth + 1)):
            raise Wrong(f"{case}: you return {got}. Check your number of qubits: 2 to the n must reach p, no more.")
        raise Wrong(f"{case}: you return {got}, which is too {'many' if got > right else 'few'}.")
    return "Right for all of the paper's networks, and for a single candidate."


@exercise("mixture")
def mixture(answer: Callable[[Tensor, Tensor], Tensor]) -> str:
    """`answer(w, angles)`: equation 7 over the twelve candidates."""
    generator = torch.Generator().manual_seed(7)
    angles = torch.randn(2, 3, generator=generator, dtype=torch.float64)
    w = torch.randn(12, generator=generator, dtype=torch.float64).requires_grad_()
    every = candidate_probabilities(CANDIDATES, angles)  # (12, 8)
    right = w @ every
    got = _tensor(answer(w, angles), (8,))
    if not _close(got, right):
        for what, other in (
            ("you seem to divide by the sum of w; equation 7 is a bare sum.", right / w.sum()),
            ("you seem to send w through a softmax; equation 7 is a bare sum.", w.softmax(0) @ every),
            ("you seem to take the mean over the candidates; equation 7 is a sum.", right / 12),
            ("you seem to have left w out.", every.sum(0)),
        ):
            if _close(got, other):
                raise Wrong(f"Nearly: {what}")
        raise Wrong("The shape is right, the values are not. Is each distribution multiplied by its own weight?")
    if not got.requires_grad:
        raise Wrong(
            "The values are right, but no gradient reaches w: keep tensors, without float(), .item() or .detach()."
        )
    return "The same distribution as DiffQAS, and gradients reach w."


@exercise("generate")
def generate(answer: Callable[[Tensor, Tensor, Tensor, int], Tensor]) -> str:
    """`answer(probabilities, weight, bias, p)`: equation 4 with a linear mapping."""
    model = QuantumTrain(nn.Linear(4, 5), depth=2, generator=torch.Generator().manual_seed(7), dtype=torch.float64)
    with torch.no_grad():
        model.mapping.weight[0, -1] = 3.0  # so that the probability matters
        model.search.angles.normal_(generator=torch.Generator().manual_seed(8))
    n, p = model.n_qubits, model.num_weights
    probabilities, weight, bias = model.search().detach(), model.mapping.weight[0], model.mapping.bias[0]
    right = model.weights()
    got = _tensor(answer(probabilities, weight, bias, p), (p,))
    if not _close(got, right):
        index = torch.arange(2**n)
        ascending = (index[:, None] >> torch.arange(n)) & 1  # (2**n, n), least significant first
        little = torch.cat([ascending, probabilities[:, None]], 1) @ weight + bias
        first = torch.cat([probabilities[:, None], ascending.flip(1)], 1) @ weight + bias
        for what, other in (
            ("your bits are little-endian; wire 0, the first number, is the most significant bit.", little[:p]),
            ("the probability comes last in [bits, probability], after the bits.", first[:p]),
            ("the bias is missing.", right - bias),
            ("the first p of the 2**n states count, not the last.", _all(model)[-p:]),
        ):
            if _close(got, other):
                raise Wrong(f"Nearly: {what}")
        raise Wrong("The shape is right, the values are not. For index i the mapping sees n bits of i, then P(i).")
    if not got.requires_grad:
        raise Wrong("The values are right, but no gradient reaches the mapping: keep tensors all the way.")
    return "The same weights as QuantumTrain generates, and gradients reach the mapping."


def _all(model: QuantumTrain) -> Tensor:
    """What the mapping makes of all `2**n` states."""
    n = model.n_qubits
    bits = (torch.arange(2**n)[:, None] >> torch.arange(n - 1, -1, -1)) & 1
    seen = torch.cat([bits, model.search()[:, None]], 1)
    return seen @ model.mapping.weight[0] + model.mapping.bias[0]


def _tensor(got: Any, shape: tuple[int, ...]) -> Tensor:
    """A float64 tensor of this shape, with its gradients; from numbers of any precision, or a list of tensors."""
    if isinstance(got, list | tuple) and got and all(isinstance(each, Tensor) for each in got):
        if len({each.shape for each in got}) > 1:
            raise Wrong(f"a tensor of shape {shape} is expected, yours is a list of tensors of several shapes.")
        got = torch.stack(list(got))
    if not isinstance(got, Tensor):
        hint = " Arrays have no gradients." if isinstance(got, np.ndarray) else ""
        raise Wrong(f"a tensor of shape {shape} is expected, you return {type(got).__name__}.{hint}")
    if got.shape != shape:
        raise Wrong(f"a tensor of shape {shape} is expected, yours has shape {tuple(got.shape)}.")
    if got.is_complex():
        raise Wrong("real numbers are expected, yours are complex.")
    return got.double()


def _close(got: Tensor, right: Tensor) -> bool:
    """Whether they agree as far as 32-bit floating-point numbers do."""
    return torch.allclose(got, right, rtol=1e-4, atol=1e-6)
