"""`Batch`: circuits that run side by side, layer by layer, as rows of one array."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from qtkit.circuits.ansatz import CNOT
from qtkit.simulation.grouping import Gates
from qtkit.simulation.torch_path.precision import product
from qtkit.simulation.torch_path.products import group_sizes, kron_groups
from qtkit.simulation.torch_path.tables import table

# -iP for the rotation exp(-i t P / 2) about P = X, Y, Z: cos(t / 2) + sin(t / 2) (-iP).
_TURNINGS = {"rx": [[0, -1j], [-1j, 0]], "ry": [[0, -1], [1, 0]], "rz": [[-1j, 0], [0, 1j]]}


class Batch:
    """B circuits of n qubits and L layers on a device; states are `(B, 2**n)`, real if all circuits have only RY.

    Circuits that turn alike, with equal rotations by equal angles, share their matrices.

    Attributes:
        dtype: of the states.
        sizes: qubits of each group, see `qtkit.simulation.torch_path.products`.
    """

    def __init__(self, circuits: Sequence[Gates], n: int, dtype: torch.dtype, device: torch.device) -> None:
        self.circuits, self.n, self.depth, self.device = tuple(circuits), n, len(circuits[0].rotations), device
        self.is_real = all(set(gates.rotations) <= {"ry"} for gates in circuits)
        self.dtype = dtype if self.is_real else dtype.to_complex()
        self.sizes = group_sizes(n, device)
        alike = len({(gates.angle_set, gates.rotations) for gates in circuits}) == 1
        turning = [[_TURNINGS[name] for name in gates.rotations] for gates in circuits[: 1 if alike else None]]
        turnings = torch.tensor(turning, dtype=torch.complex128).reshape(len(turning), self.depth, 1, 2, 2)
        self._turnings = (turnings.real if self.is_real else turnings).to(device=device, dtype=self.dtype)
        self._eye = torch.eye(2, dtype=self.dtype, device=device)
        self._angle_sets = torch.tensor([gates.angle_set for gates in circuits], device=device)
        self._turning_sets = self._angle_sets[: len(turning)]

    def __len__(self) -> int:
        return len(self.circuits)

    @functools.cached_property
    def sources(self) -> Tensor:
        """Where amplitudes come from in a layer of CNOTs, as an index into all rows `(B * 2**n,)`."""
        return self._moved(lambda cnots: tuple(reversed(cnots)))  # a CNOT is its own inverse

    @functools.cached_property
    def images(self) -> Tensor:
        """Where they go: the inverse of `sources`."""
        return self._moved(lambda cnots: cnots)

    def _moved(self, order: Callable[[tuple[CNOT, ...]], tuple[CNOT, ...]]) -> Tensor:
        size = 2**self.n
        wide = torch.int64 if len(self) * size > 2**31 else torch.int32
        with torch.inference_mode(False):
            one = {gates.cnots: cnot_images(order(gates.cnots), self.n, self.device) for gates in self.circuits}
            return torch.cat([one[gates.cnots].to(wide) + row * size for row, gates in enumerate(self.circuits)])

    def matrices(self, angles: Tensor) -> list[Tensor]:
        """Each group's rotations `(B, L, 2**k, 2**k)`, differentiable in `angles` `(L, n)` or `(N, L, n)`.

        Where all circuits turn alike there is one row for all.
        """
        half = (angles[None] if angles.ndim == 2 else angles[self._turning_sets]) / 2
        cos, sin = (x.to(self.dtype)[..., None, None] for x in (torch.cos(half), torch.sin(half)))
        return kron_groups(cos * self._eye + sin * self._turnings, self.sizes)

    @functools.cached_property
    def start_vectors(self) -> list[Tensor]:
        """The start states of each group's qubits, `(B, 2**k)`."""
        with torch.inference_mode(False):
            hadamard = torch.tensor([[gates.hadamard] for gates in self.circuits], device=self.device)
            zero = torch.eye(1, 2 ** max(self.sizes), dtype=self.dtype, device=self.device)
            return [torch.where(hadamard, 2.0 ** (-k / 2), zero[:, : 2**k]) for k in self.sizes]

    def angle_gradient(self, overlaps: Sequence[Tensor], angles: Tensor) -> Tensor:
        """The derivative by `angles`, in their shape, of what has these overlaps of states and cotangents.

        A rotation's derivative by its angle is `-iP / 2` times itself, and so, `s` being a state after it and `c` the
        derivative by that state, the angle's is `Re sum(conj(c) (-iP / 2) s)`: one half of the overlaps `s conj(c)`
        reduced to this qubit, times `-iP`.

        Arguments:
            overlaps: each group's `(L, B, 4**k)`.
        """
        reduced = [
            product(overlap, _reduction(k, self.dtype, self.device).expand(self.depth, -1, -1))
            for k, overlap in zip(self.sizes, overlaps, strict=True)
        ]
        by_qubit = torch.cat(reduced, dim=-1).reshape(self.depth, len(self), self.n, 2, 2).transpose(0, 1)
        gradient = (by_qubit * self._turnings.mT).sum((-2, -1)) / 2  # (B, L, n)
        gradient = gradient if self.is_real else gradient.real
        if angles.ndim == 2:
            return gradient.sum(0)
        return torch.zeros_like(angles).index_add(0, self._angle_sets, gradient)


@table(maxsize=16)
def batch_of(circuits: tuple[Gates, ...], n: int, dtype: torch.dtype, device: torch.device) -> Batch:
    """The batch of these circuits; the last ones asked for are kept, with their indices."""
    return Batch(circuits, n, dtype, device)


def cnot_images(cnots: tuple[CNOT, ...], n: int, device: torch.device) -> Tensor:
    """`qtkit.simulation.permutation.cnot_images`, made on the device where it is needed: `(2**n,)` of int32."""
    images = torch.arange(2**n, dtype=torch.int32, device=device)
    for control, target in cnots:
        images ^= ((images >> (n - 1 - control)) & 1) << (n - 1 - target)
    return images


@table(maxsize=64)
def _reduction(k: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """Partial traces as a matrix: overlaps of k qubits `(4**k,)` to those of each alone `(k * 4,)`, `(4**k, k * 4)`."""
    a, b = np.indices((2**k, 2**k)).reshape(2, -1)
    table = np.zeros((4**k, k, 2, 2))
    for qubit in range(k):
        bit = k - 1 - qubit
        same = (a ^ b) & ~(1 << bit) == 0
        table[same, qubit, a[same] >> bit & 1, b[same] >> bit & 1] = 1
    return torch.from_numpy(table.reshape(4**k, -1)).to(device=device, dtype=dtype)
