"""The exercises of notebook 01: expectations from a distribution, qubits, where compression begins, gradients."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from qtkit.circuits.ansatz import Ansatz, qubits_for
from qtkit.generator.counts import counts
from qtkit.labs.answers import close, numbers, whole
from qtkit.labs.checking import Wrong, exercise
from qtkit.labs.variants import case_seed
from qtkit.simulation import probabilities


@exercise("expectations")
def expectations(answer: Callable[[np.ndarray], Any]) -> str:
    """`answer(probabilities)`: the n values `<Z_k>` of equation 2, from a distribution `(2**n,)`."""
    for n in (1, 3):
        p = np.random.default_rng(case_seed(n)).dirichlet(np.ones(2**n))
        signs = 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1)) & 1)  # (2**n, n)
        right = p @ signs
        got = numbers(answer(p.copy()), (n,), f"for {2**n} probabilities")
        if close(got, right):
            continue
        if close(got, -right):
            raise Wrong("the signs are turned round: Z is +1 where the bit is 0 and -1 where it is 1.")
        if close(got, right[::-1]):
            raise Wrong("the order is turned round: the first value belongs to the most significant bit, wire 0.")
        if close(got, (1 - right) / 2):
            raise Wrong("these are the chances of a 1. Z weighs a 0 with +1 and a 1 with -1.")
        if close(got, (1 + right) / 2):
            raise Wrong("these are the chances of a 0. Z weighs a 0 with +1 and a 1 with -1.")
        if close(got, 0 * right):
            raise Wrong("all zeros, as if every state counted alike: weigh each one's sign with its probability.")
        raise Wrong("the values are not right. Each state adds its probability, with the sign of its k-th bit.")
    return "Equation 2, read off the distribution: one number per qubit is all that is left of it."


@exercise("qubits")
def qubits(answer: Callable[[int], Any]) -> str:
    """`answer(p)`: the qubits that p weights need."""
    for p in (1_781, 108_866, 2, 3, 1_024, 1_025, 1, 2**50 + 1):
        case, right = f"p = {p:,}", qubits_for(p)
        got = whole(answer(p), f"{case}: a number of qubits")
        if got == right:
            continue
        if p == 1:
            raise Wrong(f"{case}: you return {got}. A circuit needs at least one qubit.")
        if got > 2 * right:
            raise Wrong(f"{case}: you return {got:,}. So many qubits have far more states than p: one weight a state.")
        if p > 2**40:
            raise Wrong("p = 2⁵⁰ + 1: you return 50. Floating-point logarithms round; whole numbers do not.")
        if p.bit_count() == 1:
            raise Wrong(f"{case}: you return {got}. How many states have {got} qubits?")
        raise Wrong(f"{case}: you return {got}, so 2ⁿ is {2 ** max(got, 0):,}. It must reach p, and no smaller n may.")
    return "Right, at the powers of two and beyond the precision of floating-point numbers."


@exercise("break_even")
def break_even(answer: Callable[[int], Any]) -> str:
    """`answer(depth)`: the smallest p for which a search over Table I trains fewer than p numbers."""
    for depth in (1, 2, 10, 15):
        right = _first(depth, lambda n, L: L * n + (n + 2) + 12)
        got, case = whole(answer(depth), f"L = {depth}: a number of weights"), f"L = {depth}"
        if got == right:
            continue
        if got == right - 1:  # to leave the bias out comes to the same
            raise Wrong(
                f"{case}: at p = {got} as many numbers are trained as generated, counting the mapping's bias. "
                "It should be fewer."
            )
        for words, of in (
            ("you forgot the twelve structural weights of the search", lambda n, L: L * n + n + 2),
            ("you forgot the mapping's n + 2 numbers", lambda n, L: L * n + 12),
            ("you forgot the angles, one a qubit and layer", lambda n, L: n + 14),
            ("twelve candidates share one set of angles: equation 7, not 6", lambda n, L: 12 * L * n + n + 14),
        ):
            if got == _first(depth, of):
                raise Wrong(f"{case}: {words}.")
        if got > right and counts(got, depth).searched < got <= 10**6:
            raise Wrong(f"{case}: p = {got:,} pays, but it is not the smallest: there is one below it.")
        raise Wrong(f"{case}: not {got:,}. Count angles, mapping and structural weights, with n from p.")
    return "So a search pays from about a hundred weights on, and for millions it pays a thousandfold and more."


@exercise("shift")
def shift(answer: Callable[[Callable[[np.ndarray], np.ndarray], np.ndarray], Any]) -> str:
    """`answer(distribution, angles)`: dP/dΘ `(L, n, 2**n)` of a circuit that can only be run, at angles `(L, n)`."""
    for ansatz, depth, n in ((Ansatz(False, "cyc", "ry"), 1, 1), (Ansatz(True, "ent", "ry"), 2, 3)):
        angles = np.random.default_rng(case_seed(n)).uniform(-np.pi, np.pi, (depth, n))
        run_at: list[np.ndarray] = []

        def distribution(
            at: np.ndarray, ansatz: Ansatz = ansatz, shape: tuple[int, int] = (depth, n), ran: list[np.ndarray] = run_at
        ) -> np.ndarray:
            given = numbers(at, shape, "the circuit's angles")
            ran.append(given.copy())
            return probabilities(ansatz, torch.from_numpy(given)).numpy()

        got = answer(distribution, angles.copy())
        case = f"L = {depth}, n = {n}: dP/dΘ"
        values = numbers(got, (depth, n, 2**n), case)
        right = _gradient(ansatz, angles)
        steps = [np.abs(at - angles).max() for at in run_at]
        if np.allclose(values, right, rtol=1e-3, atol=1e-4):
            if max(steps, default=0) < 0.1:
                raise Wrong(
                    "Finite differences: right here, but with counted shots the noise is divided by the small step. "
                    "Two runs far apart, at θ ± π/2, give the derivative exactly."
                )
            continue
        if close(values, 2 * right):
            raise Wrong(f"{case}: twice too much. Try it by hand on P(0) = cos²(θ/2), at θ = π/2.")
        if close(values, -right):
            raise Wrong(f"{case}: the sign is turned round. From the run at θ + π/2 the other one is subtracted.")
        if close(values, right / (np.pi / 2)):
            raise Wrong(
                f"{case}: you divide by π, as for the slope of a straight line, and P is a wave. Try cos²(θ/2)."
            )
        if len(steps) > 1 and max(steps) < 1e-9:
            raise Wrong(
                f"{case}: all your runs are at the angles as they were. Are two names given to one array? "
                "Shift one copy up and another one down."
            )
        if len(steps) > 1 and all(math.isclose(step, np.pi) for step in steps if step > 0):
            raise Wrong(f"{case}: θ + π and θ - π are a whole turn apart, and the same distribution. Shift by π/2.")
        if any((np.abs(at - angles) > 1e-9).sum() > 1 for at in run_at):
            raise Wrong(f"{case}: in one of your runs several angles are shifted. One at a time, the others as given.")
        raise Wrong(f"{case}: the values are not right. Two runs for each angle, at θ ± π/2, all others as they are.")
    return "The parameter-shift rule: a quantum computer tells its own gradient, in two runs for each angle."


def _first(depth: int, trained: Callable[[int, int], int]) -> int:
    """The smallest p for which fewer than p numbers are trained, `trained(n, L)`."""
    return next(p for p in range(1, 10**6) if trained(qubits_for(p), depth) < p)


def _gradient(ansatz: Ansatz, angles: np.ndarray) -> np.ndarray:
    """dP/dΘ `(L, n, 2**n)`, by PyTorch."""
    at = torch.from_numpy(angles).requires_grad_()
    slopes = [torch.autograd.grad(each, at, retain_graph=True)[0] for each in probabilities(ansatz, at)]
    return np.moveaxis(torch.stack(slopes).numpy(), 0, -1)
