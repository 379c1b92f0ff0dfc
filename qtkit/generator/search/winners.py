"""Which candidates a search prefers, by what of them is in the network: `signal_shares`, `rank_candidates`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz


class Preferred(NamedTuple):
    """A circuit of a search.

    Attributes:
        ansatz: the candidate, the first of those that are equal.
        share: of all signals, see `signal_shares`; those of all circuits sum to 1.
        equal: other candidates with the same distribution, which count here.
    """

    ansatz: Ansatz
    share: float
    equal: tuple[Ansatz, ...] = ()


def signal_shares(weights: Tensor, probabilities: Tensor) -> tuple[Tensor, list[list[int]]]:
    """How much of the mixture's signal comes from each distinct circuit: shares `(circuits,)` that sum to 1.

    A circuit's signal is its weight in effect, `|w_j m|` with the mapping's last weight m, times how far its
    distribution is from the uniform one, `sum_i |P_j(i) - 2**-n| / 2` (their total variation distance, from 0 to 1).
    In the shares m is gone, so they need no mapping. Whatever leaves the network the same, leaves them the same:

    - `w -> c w` with `m -> m / c`, for any c but 0: the mapping is linear in the mixture (equation 4), and with
      `2**n P - 1` its bias takes back the rest;
    - a weight moved between candidates with the same distribution, such as configs 1, 3, 4 and 6: these count as one
      circuit by the sum of their weights;
    - any weight on a uniform circuit: it adds the same number to all generated weights, which the mapping's bias takes
      back. Its distance is 0. (`w` alone often calls it second: its weights stay where they start.)

    The distance counts absolute differences, not squares: by squares basis state 0, of configs 9 and 12, would be
    `2**(n/2)` times as far as circuits that move all generated weights, though it moves a single one of them.
    With a tanh between P and the mapping the sign alone is free, and with a softmax the scale is not.

    Arguments:
        weights: of the mixture, `(N,)`.
        probabilities: of the candidates, `(N, 2**n)`.

    Returns:
        The shares, and the places of the candidates in each circuit, in order.

    Raises:
        ValueError: if no weight but 0 is on a circuit that is not uniform: then there is no signal.
    """
    groups = _equal_rows(probabilities)
    firsts = [group[0] for group in groups]
    sums = torch.stack([weights[group].sum() for group in groups])
    distances = (probabilities[firsts] - 1 / probabilities.shape[1]).abs().sum(dim=1) / 2
    signals = sums.abs() * distances
    if not signals.any():
        raise ValueError("the mixture is uniform, or nothing: no candidate has a signal to prefer it for")
    return signals / signals.sum(), groups


def rank_candidates(candidates: Sequence[Ansatz], weights: Tensor, probabilities: Tensor) -> tuple[Preferred, ...]:
    """The distinct circuits by their `signal_shares`, the largest first; equal shares in the order of candidates.

    Arguments:
        weights: structural weights, `(N,)`.
        probabilities: a row a candidate, `(N, 2**n)`.
    """
    shares, groups = signal_shares(weights.detach().double(), probabilities.detach().double())
    circuits = [
        Preferred(candidates[group[0]], share, tuple(candidates[place] for place in group[1:]))
        for share, group in zip(shares.tolist(), groups, strict=True)
    ]
    return tuple(sorted(circuits, key=lambda circuit: -circuit.share))


def _equal_rows(probabilities: Tensor) -> list[list[int]]:
    """The places of rows that agree in every digit: circuits that equal one another whatever the angles do."""
    groups: list[list[int]] = []
    for place, row in enumerate(probabilities):
        known = next((group for group in groups if torch.equal(probabilities[group[0]], row)), None)
        if known is None:
            groups.append([place])
        else:
            known.append(place)
    return groups
