"""IQP circuits, those with RX alone and no Hadamards: three Walsh-Hadamard transforms, whatever the depth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.grouping import Gates
from qtkit.simulation.permutation import parity_masks
from qtkit.simulation.torch_path.products import walsh_hadamard
from qtkit.simulation.torch_path.tables import table


def iqp_probabilities(circuits: Sequence[Gates], angles: Tensor) -> Tensor:
    """The probabilities of C circuits, `(C, 2**n)`, differentiable any number of times.

    `|psi> = H D H|0...0>`: the phases of `D` are the transform of the angles, each placed at its parity mask.

    Arguments:
        angles: in radians, `(L, n)` or `(N, L, n)`.
    """
    depth, n = angles.shape[-2:]
    placed = []
    for gates in circuits:
        own = angles if angles.ndim == 2 else angles[gates.angle_set]
        masks, which = _placing(gates.cnots, depth, n, angles.device)
        # Angles of one mask are added up first: in the same order on every device.
        sums = torch.nn.functional.pad(own.reshape(-1), (0, 1)).index_select(0, which.reshape(-1)).reshape(which.shape)
        placed.append(own.new_zeros(2**n).index_add(0, masks, sums.sum(1)))
    phases = walsh_hadamard(torch.stack(placed)) / 2
    real = walsh_hadamard(torch.cos(phases)) / 2**n
    imaginary = walsh_hadamard(torch.sin(phases)) / 2**n
    probabilities: Tensor = real**2 + imaginary**2
    return probabilities


@table(maxsize=64)
def _placing(cnots: tuple[tuple[int, int], ...], depth: int, n: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """The U different masks `(U,)`, and the angles of each, `(U, most)`: their indices among all, then `L * n`."""
    masks, of_angle, counts = np.unique(
        parity_masks(Ansatz(False, cnots, "rx"), n, depth), return_inverse=True, return_counts=True
    )
    order = np.argsort(of_angle.reshape(-1), kind="stable")  # angles, those of one mask together
    ends = np.cumsum(counts)
    column = np.arange(len(order)) - np.repeat(ends - counts, counts)
    which = np.full((len(masks), counts.max()), depth * n)
    which[np.repeat(np.arange(len(masks)), counts), column] = order
    return torch.from_numpy(masks).to(device), torch.from_numpy(which).to(device)
