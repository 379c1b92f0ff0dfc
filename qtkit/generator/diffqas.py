"""`DiffQAS`: the trainable weighted sum of candidate circuits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypedDict

import torch
from torch import Tensor, nn

from qtkit import simulation
from qtkit.checks import checked_bool, checked_choice, checked_depth, checked_qubits, checked_whole
from qtkit.choices import ANGLE_INITS, STRUCTURAL_INITS, WEIGHTINGS
from qtkit.circuits.ansatz import CANDIDATES, Ansatz, checked_candidates
from qtkit.generator.winners import Preferred, rank_candidates
from qtkit.simulation.memory import check_memory


class SearchOptions(TypedDict, total=False):
    """Options of `DiffQAS` that `QuantumTrain` hands on."""

    weighting: str
    structural_init: str
    shared_angles: bool
    n_blocks: int
    angle_init: str
    train_angles: bool
    backend: str
    recompute: bool


class DiffQAS(nn.Module):
    """A differentiable architecture search: `output = sum_j w_j VQC_j(Theta)` (equations 5-7).

    Calling the module gives the generated distribution `(2**n,)`. With raw weights it sums to `sum_j w_j`.

    Arguments:
        n_qubits: n.
        depth: L, layers of each candidate; 0 leaves the start states.
        candidates: the N circuits. With a single one nothing is searched: its weight is fixed at 1.
        weighting: `"raw"` uses the structural weights as they are (the paper); `"softmax"` sends them through a
            softmax first, as DARTS does.
        structural_init: `"equal"`: effective weights all 1/N; `"random"`: uniform draws that sum to 1 (raw), or
            standard normal logits (softmax).
        shared_angles: one Theta for all candidates (eq. 7), or one each (eq. 6).
        n_blocks: M, ensemble layers in sequence, see `qtkit.simulation.stack_ensembles`; 1 is the paper's own.
        angle_init: `"normal"` is 0.01 standard normal, `"uniform"` is uniform in (-pi, pi).
        train_angles: without it the circuits stay as they start: a control that tells what training them gives.
        generator: source of the random start, for reproducible runs.
        backend: `"auto"`, `"numba"` or `"torch"`, see `qtkit.simulation.probabilities`. On the CPU `"auto"` takes the
            compiled kernels, which are faster there at every size. A GPU wins over the cores beside it at larger sizes:
            value and gradient of the twelve at L = 15 took about as long as 16 cores at n = 11 and 13, 1/3 of their
            time at n = 17, 1/16 at n = 20 and 1/45 at n = 24; where they are not recorded as CUDA graphs, twice as long
            at n = 17 and 1/6 at n = 20 (`python benchmarks/gpu.py`, `results/benchmarks/gpu.md`, NVIDIA H200).
        recompute: compute states again for the gradient instead of keeping them: less memory, a third more time. The
            torch path and stacked blocks, which take it, keep few anyway. See `qtkit.simulation.ensemble`.

    Attributes:
        angles: Theta in radians: `(L, n)`, with a leading N if not `shared_angles`, and before it M if `n_blocks > 1`.
        structural_weights: what the optimiser sees: `(N,)`, or `(M, N)` if `n_blocks > 1`.

    Raises:
        ValueError: for sizes below their minimum, unknown options, no candidates, a custom CNOT out of range, or a
            simulation that would not fit in memory, which says what would.

    Example:
        >>> DiffQAS(n_qubits=3, depth=2)().shape
        torch.Size([8])
    """

    def __init__(
        self,
        n_qubits: int,
        depth: int,
        candidates: Sequence[Ansatz] = CANDIDATES,
        *,
        weighting: str = "raw",
        structural_init: str = "equal",
        shared_angles: bool = True,
        n_blocks: int = 1,
        angle_init: str = "normal",
        train_angles: bool = True,
        generator: torch.Generator | None = None,
        backend: str = "auto",
        recompute: bool = False,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> None:
        super().__init__()
        self.n_qubits, self.depth = checked_qubits(n_qubits), checked_depth(depth)
        self.candidates = checked_candidates(candidates)
        for candidate in self.candidates:
            candidate.cnots(self.n_qubits)  # a custom CNOT out of range is refused here, not in training
        self.weighting = checked_choice("weighting", weighting, WEIGHTINGS)
        self.backend = checked_choice("backend", backend, simulation.BACKENDS)
        n_blocks = checked_whole("n_blocks", n_blocks, 1)
        self.n_blocks, self.shared_angles = n_blocks, shared_angles
        self.recompute = checked_bool("recompute", recompute)
        check_memory(
            self.n_qubits,
            self.depth,
            self.candidates,
            dtype,
            n_blocks=n_blocks,
            device=device,
            backend=backend,
            recompute=self.recompute,
            shared=bool(shared_angles),
        )

        n_candidates = len(self.candidates)
        blocks = () if n_blocks == 1 else (n_blocks,)
        sets = () if shared_angles else (n_candidates,)
        angles = _initial_angles((*blocks, *sets, self.depth, self.n_qubits), angle_init, generator)
        self.angles = nn.Parameter(angles.to(device=device, dtype=dtype), requires_grad=bool(train_angles))
        weights = _initial_weights((*blocks, n_candidates), structural_init, weighting, generator)
        weights = weights.to(device=device, dtype=dtype)
        if n_candidates > 1:
            self.structural_weights = nn.Parameter(weights)
        else:
            self.register_buffer("structural_weights", weights)

    @property
    def mixture(self) -> Tensor:
        """The effective weights `w`, shape of `structural_weights`: themselves, or their softmax over candidates."""
        if self.weighting == "softmax":
            return torch.softmax(self.structural_weights, dim=-1)
        return self.structural_weights

    def forward(self) -> Tensor:
        """The generated distribution, `(2**n,)`."""
        if self.n_blocks > 1:
            return simulation.stack_ensembles(self.candidates, self.angles, self.mixture)
        return simulation.ensemble(
            self.candidates, self.angles, self.mixture, backend=self.backend, recompute=self.recompute
        )

    def candidate_probabilities(self) -> Tensor:
        """Every candidate's own distribution, `(N, 2**n)`.

        Raises:
            ValueError: if `n_blocks > 1`: the blocks mix states, so candidates have no distribution of their own.
        """
        if self.n_blocks > 1:
            raise ValueError(f"candidates have no distribution of their own in {self.n_blocks} stacked blocks")
        return simulation.candidate_probabilities(self.candidates, self.angles, backend=self.backend)

    def winner(self) -> Ansatz:
        """The circuit that the search prefers as it stands, the first of `winners`.

        Raises:
            ValueError: as `winners`.

        Example:
            >>> DiffQAS(n_qubits=3, depth=2, candidates=CANDIDATES[:2]).winner()  # config 1 is uniform
            Ansatz(hadamard=True, entangler='ent', rotation='ry')
        """
        return self.winners()[0].ansatz

    @torch.no_grad()
    def winners(self) -> tuple[Preferred, ...]:
        """The distinct circuits with the share that each has of the signal, the largest first.

        The size of a structural weight alone says little: the mapping takes its scale and sign back. What is compared
        is the weight times how far the circuit's distribution is from the uniform one; `winners.signal_shares` says
        what that does not hang on.

        Raises:
            ValueError: for a single candidate, where nothing is searched; for stacked blocks, where candidates have no
                distribution of their own; and if the mixture is uniform.
        """
        if len(self.candidates) == 1:
            raise ValueError(f"nothing is searched: {self.candidates[0]} is the only candidate")
        return rank_candidates(self.candidates, self.mixture, self.candidate_probabilities())

    def extra_repr(self) -> str:
        """What `repr` shows: the sizes, and how many numbers are trained."""
        blocks = f", {self.n_blocks} blocks" if self.n_blocks > 1 else ""
        angles = "shared" if self.shared_angles else "separate"
        count = sum(p.numel() for p in self.parameters() if p.requires_grad)
        return (
            f"{self.n_qubits} qubits × {self.depth} layers, {len(self.candidates)} candidates{blocks}, "
            f"{angles} angles, {self.weighting} weights: {count:,} trainable"
        )


# The start is drawn in float32 on the CPU, whatever PyTorch's defaults are: equal seeds give equal starts.
def _initial_angles(shape: tuple[int, ...], how: str, generator: torch.Generator | None) -> Tensor:
    if checked_choice("angle_init", how, ANGLE_INITS) == "normal":
        return 0.01 * torch.randn(shape, generator=generator, dtype=torch.float32, device="cpu")
    return (2 * torch.rand(shape, generator=generator, dtype=torch.float32, device="cpu") - 1) * math.pi


def _initial_weights(shape: tuple[int, ...], how: str, weighting: str, generator: torch.Generator | None) -> Tensor:
    equal = checked_choice("structural_init", how, STRUCTURAL_INITS) == "equal"
    if shape[-1] == 1:
        return torch.ones(shape, dtype=torch.float32, device="cpu")
    if equal:
        return torch.full(shape, 0.0 if weighting == "softmax" else 1 / shape[-1], dtype=torch.float32, device="cpu")
    if weighting == "softmax":
        return torch.randn(shape, generator=generator, dtype=torch.float32, device="cpu")
    draws = torch.rand(shape, generator=generator, dtype=torch.float32, device="cpu")
    return draws / draws.sum(dim=-1, keepdim=True)
