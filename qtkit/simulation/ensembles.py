"""Circuits and sums of circuits, simulated by whichever of the two backends fits: `probabilities`, `ensemble`, ..."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor

from qtkit.checks import checked_bool, checked_choice
from qtkit.circuits.ansatz import Ansatz, Candidates, checked_candidates
from qtkit.simulation import torch_path
from qtkit.simulation.transforms import is_transformed
from qtkit.simulation.widths import qubits_of

Backend = Literal["auto", "numba", "torch"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)
"""What can simulate circuits, the default first."""

DTYPES = {"float32": torch.float32, "float64": torch.float64}
"""The numbers that circuits are simulated with, by name, the default first."""


def probabilities(ansatz: Ansatz, angles: Tensor, *, n_qubits: int | None = None, backend: str = "auto") -> Tensor:
    """The probabilities `(2**n,)` of the basis states after `ansatz`, differentiable in the angles.

    Arguments:
        ansatz: the circuit.
        angles: in radians, `(L, n)`, of a circuit by elements `(L, A)` with `A = ansatz.angles_per_layer(n)`; float32
            or float64. L may be 0.
        n_qubits: n, where A does not tell it.
        backend: `"numba"` (CPU; one derivative), `"torch"` (any device, any number of derivatives), or `"auto"`:
            numba on the CPU, torch elsewhere and within torch.func's transforms.

    Raises:
        ValueError: for angles of another shape or dtype, or that are not finite. On other devices than the CPU the
            numbers are not looked at, for the program would wait for the device: there NaN and infinity give NaN.

    Example:
        >>> probabilities(Ansatz(rotation="ry"), torch.zeros(2, 3)).shape
        torch.Size([8])
    """
    candidates = Candidates((ansatz,))
    angles = _checked_angles(angles, candidates, "(L, n)", (2,), n_qubits)
    weights = torch.ones(1, dtype=angles.dtype, device=angles.device)
    return ensemble(candidates, angles, weights, n_qubits=n_qubits, backend=backend)


def candidate_probabilities(
    candidates: Sequence[Ansatz], angles: Tensor, *, n_qubits: int | None = None, backend: str = "auto"
) -> Tensor:
    """The probabilities of every candidate, `(N, 2**n)`; arguments as for `ensemble`."""
    candidates = checked_candidates(candidates)
    angles = _checked_angles(angles, candidates, "(L, n) or (N, L, n)", (2, 3), n_qubits)
    n = qubits_of(candidates, angles.shape[-1], n_qubits)
    if _backend(backend, angles) == "torch":
        return torch_path.candidate_probabilities(candidates, angles, n)
    each = [angles] * len(candidates) if angles.ndim == 2 else angles
    rows = [
        probabilities(candidate, own[..., : candidate.angles_per_layer(n)], n_qubits=n, backend=backend)
        for candidate, own in zip(candidates, each, strict=True)
    ]
    return torch.stack(rows)


def ensemble(
    candidates: Sequence[Ansatz],
    angles: Tensor,
    weights: Tensor,
    *,
    n_qubits: int | None = None,
    backend: str = "auto",
    recompute: bool = False,
) -> Tensor:
    """Equations 6 and 7 of the paper: `sum_j w_j VQC_j(Theta)`, `(2**n,)`, differentiable in angles and weights.

    Arguments:
        candidates: the N circuits.
        angles: in radians; `(L, n)` shared by all candidates (eq. 7) or `(N, L, n)`, one set each (eq. 6). With
            circuits by elements among them the last axis has A numbers, the most that `Ansatz.angles_per_layer(n)` is
            for any of the N; a circuit reads as many of a layer's first as it takes.
        weights: structural weights `(N,)`, of the angles' dtype and on their device.
        n_qubits: n, where A does not tell it.
        backend: as for `probabilities`.
        recompute: keep no states for the gradient, but compute them again, the circuits of one entangler at a time:
            less memory, a third more time, and gradients that may differ in their last bits. The torch path never
            keeps states: it goes back through the circuits by undoing their gates.

    On a CUDA device, below 22 qubits, value and gradient are recorded as CUDA graphs when they are asked for the second
    time at a size, which takes some calls' time; from then on they are replayed, without Python's overhead. The last
    eight sizes are kept, each with about the memory of a call, at the most 1/16 of the device's. Second derivatives,
    torch.func's transforms and calls within a CUDA graph of one's own run operation by operation, and so does all where
    recording fails (a `RuntimeWarning` says so) or the environment has `QTKIT_CUDA_GRAPHS=0`.

    Raises:
        ValueError: for wrong shapes or dtypes, angles that are not finite, an empty list of candidates, or a
            `recompute` that is not True or False.
    """
    recompute = checked_bool("recompute", recompute)
    candidates = checked_candidates(candidates)
    angles = _checked_angles(angles, candidates, "(L, n) or (N, L, n)", (2, 3), n_qubits)
    n = qubits_of(candidates, angles.shape[-1], n_qubits)
    if weights.shape != (len(candidates),):
        raise ValueError(f"weights must have shape ({len(candidates)},), one a candidate, got {tuple(weights.shape)}")
    if weights.dtype != angles.dtype or weights.device != angles.device:
        raise ValueError(
            f"weights ({weights.dtype}, {weights.device}) must have the dtype and device of the angles "
            f"({angles.dtype}, {angles.device})"
        )
    if _backend(backend, angles) == "numba":
        # Numba takes a second to import: only when it is needed
        if recompute:
            from qtkit.simulation.native import recomputed

            return recomputed.ensemble(candidates, angles, weights, n)
        from qtkit.simulation.native import ensembles as native

        return native.ensemble(candidates, angles, weights, n)
    return torch_path.ensemble(candidates, angles, weights, n)


def stack_ensembles(
    candidates: Sequence[Ansatz], angles: Tensor, weights: Tensor, *, n_qubits: int | None = None
) -> Tensor:
    """M ensemble layers in sequence, `(2**n,)`: see `qtkit.simulation.torch_path.stack_ensembles`."""
    candidates = checked_candidates(candidates)
    angles = _checked_angles(angles, candidates, "(M, L, n) or (M, N, L, n)", (3, 4), n_qubits)
    if not len(angles):
        raise ValueError(f"angles must have shape (M, L, n) or (M, N, L, n) with M >= 1, got {tuple(angles.shape)}")
    if weights.shape != (len(angles), len(candidates)):
        raise ValueError(f"weights must have shape ({len(angles)}, {len(candidates)}), got {tuple(weights.shape)}")
    n = qubits_of(candidates, angles.shape[-1], n_qubits)
    return torch_path.stack_ensembles(candidates, angles, weights, n)


def _backend(backend: str, angles: Tensor) -> str:
    on_cpu = angles.device.type == "cpu"
    if checked_choice("backend", backend, BACKENDS) == "auto":
        return "numba" if on_cpu and not is_transformed() else "torch"
    if backend == "numba" and not on_cpu:
        raise ValueError(f"backend='numba' runs on the CPU, but the angles are on {angles.device}")
    if backend == "numba" and is_transformed():
        raise ValueError(
            "backend='numba' has one derivative, by backward(); torch.func's transforms need backend='torch'"
        )
    return backend


def _checked_angles(
    angles: Tensor, candidates: Candidates, expected: str, dims: tuple[int, ...], n_qubits: int | None
) -> Tensor:
    least = 1
    if n_qubits is not None or not candidates.in_words:
        expected, least = expected.replace("n)", "A)"), 0
    if not isinstance(angles, Tensor):
        raise ValueError(f"angles must be a torch tensor of shape {expected}, got {type(angles).__name__}")
    if angles.ndim not in dims or angles.shape[-1] < least:
        at_least = " with n >= 1" if least else ""
        raise ValueError(f"angles must have shape {expected}{at_least}, got {tuple(angles.shape)}")
    if len(dims) > 1 and angles.ndim == dims[-1] and angles.shape[-3] != len(candidates):
        raise ValueError(f"angles must have shape {expected} for N = {len(candidates)}, got {tuple(angles.shape)}")
    if angles.dtype not in DTYPES.values():
        raise ValueError(f"angles must be float32 or float64, got {angles.dtype}")
    if is_transformed() or angles.device.type != "cpu":
        return angles  # there are no numbers to look at, or to look would be to wait for the device
    finite = np.isfinite(angles.detach().numpy())
    if not finite.all():
        raise ValueError(f"angles must be finite: {int((~finite).sum())} of {angles.numel()} are NaN or infinite")
    return angles
