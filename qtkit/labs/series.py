"""The exercises of notebook 05: what a w turns, predictions fed back, whether w knows merit, and what luck gives."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qtkit.labs.answers import close, number, numbers, ranks
from qtkit.labs.checking import Wrong, exercise
from qtkit.labs.variants import case_seed


@exercise("knob")
def knob(answer: Callable[[int, float, float, int], Any]) -> str:
    """`answer(config, by, last, n)`: the change of all `2**n` weights when w of config 1, 3, 4, 6, 9 or 12 grows."""
    for config, by, last, n in (
        (1, 0.5, -2.0, 2),
        (9, 0.5, -2.0, 2),
        (6, -1.0, 0.3, 3),
        (12, 1.5, 0.4, 3),
        (4, 2, 1, 1),
    ):
        case = f"config {config}, w grows by {by:g}, the mapping's last weight is {last:g}, n = {n}"
        uniform = np.full(2**n, 2.0**-n)
        basis = np.eye(2**n)[0]
        own, other = (uniform, basis) if config in (1, 3, 4, 6) else (basis, uniform)
        got = numbers(answer(config, by, last, n), (2**n,), f"{case}: {2**n} changes")
        right = by * last * own
        if close(got, right):
            continue
        if close(got, by * last * other):
            raise Wrong(f"{case}: that would be so of a circuit that starts {_other_start(config)} Hadamards.")
        if close(got, right[::-1]):
            raise Wrong(f"{case}: |0…0⟩ is the first index, not the last.")
        if close(got, by * own):
            raise Wrong(f"{case}: that is the change of the sum of distributions. The mapping multiplies it: by what?")
        if close(got, last * own):
            raise Wrong(f"{case}: that is the change if w grew by 1.")
        if close(got, np.full(2**n, by * last)):
            raise Wrong(f"{case}: too much. What is the probability of one state, if all are alike?")
        if not got.any():
            raise Wrong(f"{case}: you return no change at all. Has no state a probability?")
        raise Wrong(f"{case}: not right. A weight changes by the growth times its probability times the last weight.")
    return "Four of them move all weights alike, by next to nothing; two of them turn a single weight of the LSTM."


def _other_start(config: int) -> str:
    return "without" if config in (1, 3, 4, 6) else "with"


@exercise("free_run")
def free_run(answer: Callable[[Any, Tensor, int], Any]) -> str:
    """`answer(network, window, steps)`: predictions fed back, on a network whose answer is known."""

    def network(windows: Any, length: int) -> Tensor:
        if not isinstance(windows, Tensor) or windows.ndim != 2 or windows.shape[1] != length:
            shape = tuple(windows.shape) if isinstance(windows, Tensor) else type(windows).__name__
            raise Wrong(f"the network takes windows of shape (B, T), here (1, {length}); you gave it {shape}.")
        return windows[:, -2:].sum(dim=1, keepdim=True)

    steps, right = 6, [2.0, 3.0, 5.0, 8.0, 13.0, 21.0]
    for start in ([5.0, 3.0, 1.0, 1.0], [3.0, 1.0, 1.0]):
        values = _read_values(answer(partial(network, length=len(start)), torch.tensor(start), steps))
        if values == right:
            continue
        if values == [2.0] * steps:
            raise Wrong("All predictions are alike: the window must move on, its last value the newest prediction.")
        if values[: len(start)] == start:
            raise Wrong("Return the predictions only, without the window you started from.")
        if values == right[::-1]:
            raise Wrong("The predictions are right, but the newest stands first: return them in the order of time.")
        if len(values) != steps:
            raise Wrong(f"{steps} steps were asked for, you return {len(values)} values.")
        if values[:2] == [2.0, 4.0]:
            raise Wrong("The newest prediction stands first in your window; its place is at the end.")
        if values[0] == sum(start[:2]):
            raise Wrong("Your window is turned round: the network takes the oldest value first, the newest last.")
        after = ", ".join(f"{value:g}" for value in start)
        raise Wrong(f"With a network that adds the last two values, after {after}, you get {values}.")
    return "Right: with a network that adds the last two values you get Fibonacci's numbers."


def _read_values(got: Any) -> list[float]:
    """Predictions in a row or in a column, as arrays, tensors or lists of either."""
    if isinstance(got, Tensor):
        got = got.detach().numpy()
    try:
        return [float(value.detach() if isinstance(value, Tensor) else np.asarray(value).item()) for value in got]
    except (TypeError, ValueError, RuntimeError):
        raise Wrong("return the predictions, one number a step, as a list or an array.") from None


@exercise("agreement")
def agreement(answer: Callable[[np.ndarray, np.ndarray], Any]) -> str:
    """`answer(w, errors)`: Kendall's τ between the sizes of w and the merit of the circuits alone, both `(K,)`."""
    draws = np.random.default_rng(case_seed(5))
    cases = [
        (np.array([0.9, -2.0, 0.1]), np.array([2e-4, 1e-5, 3e-2])),
        (np.array([0.2, 1.1, 0.9, 0.7]), np.array([1e-6, 2e-5, 4e-3, 1e-2])),
        *((draws.normal(size=8), 10 ** draws.uniform(-6, -2, 8)) for _ in range(4)),
    ]
    for w, errors in cases:
        right = _kendall(np.abs(w), -errors)
        case = f"w = {_list(w)}, errors = {_list(errors)}"
        got = number(answer(w.copy(), errors.copy()), f"{case}: the agreement")
        if math.isclose(got, right, abs_tol=1e-5):
            continue
        if math.isclose(got, -right, abs_tol=1e-5):
            raise Wrong(f"{case}: the sign is turned round. A small error is a merit.")
        if math.isclose(got, _kendall(w, -errors), abs_tol=1e-5):
            raise Wrong(f"{case}: the size of w counts, not its sign: the mapping can turn the sign of all at once.")
        if math.isclose(got, (1 + right) / 2, abs_tol=1e-5):
            raise Wrong(f"{case}: that is the share of pairs that agree. Take away the share of those that do not.")
        pairs = len(w) * (len(w) - 1) / 2
        if any(
            math.isclose(got, right * factor, abs_tol=1e-5) for factor in (2, 0.5, pairs, 2 * pairs, 1 - 1 / len(w))
        ):
            raise Wrong(f"{case}: you return {got:.4g}. Count each pair once, and divide by their number.")
        if math.isclose(got, float(np.corrcoef(ranks(np.abs(w)), ranks(-errors))[0, 1]), abs_tol=1e-5):
            raise Wrong(f"{case}: you return {got:.4g}, Spearman's correlation of the ranks. Pairs are asked for.")
        if math.isclose(got, float(np.corrcoef(np.abs(w), -errors)[0, 1]), abs_tol=1e-5) or abs(got) > 1:
            raise Wrong(f"{case}: you return {got:.4g}. Only the order counts, not how far the values are apart.")
        raise Wrong(f"{case}: you return {got:.4g}, which is not right. Go through the pairs, one by one.")
    return "Right: 1 if the order of w is the order of merit, -1 if it is the reverse, near 0 if they are strangers."


def _kendall(one: np.ndarray, other: np.ndarray) -> float:
    first, second = np.triu_indices(len(one), 1)
    return float(np.mean(np.sign(one[first] - one[second]) * np.sign(other[first] - other[second])))


def _list(values: np.ndarray) -> str:
    return "[" + ", ".join(f"{value:.2g}" for value in values) + "]"


@exercise("luck")
def luck(answer: Callable[[float, int], Any]) -> str:
    """`answer(tau, n)`: the chance that a random order of n circuits agrees with a given one by τ or more."""
    for tau, n in ((0.5, 6), (1.0, 3), (0.0, 4), (-1.0, 5), (0.4, 4), (0.375, 8), (0.73, 8)):
        chances, taus = _chances(n)
        right = float(chances[taus >= tau - 1e-12].sum())
        case = f"τ = {tau:g} among {n} circuits"
        got = number(answer(tau, n), f"{case}: a chance")
        if abs(got - right) < 0.01:
            continue
        if not 0 <= got <= 1:
            raise Wrong(f"{case}: you return {got:.4g}. A chance lies between 0 and 1: of how many orders?")
        if abs(got - float(chances[taus > tau + 1e-12].sum())) < 0.01:
            raise Wrong(f"{case}: you return {got:.3f}. Agreeing *by τ or more*: an order with exactly τ counts too.")
        if abs(got - float(chances[taus <= tau + 1e-12].sum())) < 0.01:
            raise Wrong(f"{case}: you return {got:.3f}, the chance of τ or less.")
        if abs(got - float(chances[np.abs(taus) >= abs(tau) - 1e-12].sum())) < 0.01:
            raise Wrong(f"{case}: you return {got:.3f}. Orders that disagree as much do not count here.")
        if abs(got - float(chances[np.isclose(taus, tau)].sum())) < 0.01:
            raise Wrong(f"{case}: you return {got:.3f}, the chance of exactly τ.")
        raise Wrong(f"{case}: you return {got:.3f}, not right to 0.01. How many of the n! orders agree so much?")
    return "Right: that is how often a search that chooses by throwing dice would look as wise."


def _chances(n: int) -> tuple[np.ndarray, np.ndarray]:
    """The chance of each number of pairs in the wrong order, and its τ."""
    counts = np.ones(1)
    for size in range(2, n + 1):  # the last of `size` circuits can be behind 0 to size - 1 others
        counts = np.convolve(counts, np.ones(size))
    wrong, pairs = np.arange(len(counts)), n * (n - 1) / 2
    return counts / counts.sum(), 1 - 2 * wrong / pairs
