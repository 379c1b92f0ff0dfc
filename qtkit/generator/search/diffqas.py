"""`DiffQAS`: the trainable weighted sum of candidate circuits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import torch
from torch import Tensor, nn

from qtkit import simulation
from qtkit.checks import checked_bool, checked_choice, checked_depth, checked_qubits, checked_whole
from qtkit.choices import WEIGHTINGS
from qtkit.circuits.ansatz import CANDIDATES, Ansatz, Candidates, checked_candidates
from qtkit.generator.search.choosing import Temperature, checked_temperature
from qtkit.generator.search.pruning import HasState, check_prunable, keep_rows
from qtkit.generator.search.signals import equalise_signals
from qtkit.generator.search.starts import initial_angles, initial_weights
from qtkit.generator.search.weighting import Weighting
from qtkit.generator.search.winners import Preferred, rank_candidates
from qtkit.names import counted
from qtkit.simulation.memory import check_memory
from qtkit.simulation.widths import max_angles


class SearchOptions(TypedDict, total=False):
    """Options of `DiffQAS` that `QuantumTrain` hands on; with `layerwise`, of a `LayerwiseSearch`."""

    weighting: str
    structural_init: str
    shared_angles: bool
    n_blocks: int
    angle_init: str
    train_angles: bool
    temperature: Temperature
    straight_through: bool
    equal_signals: bool
    layerwise: str | None
    backend: str
    recompute: bool


class DiffQAS(Weighting):
    """A differentiable architecture search: `output = sum_j w_j VQC_j(Theta)` (equations 5-7).

    Calling the module gives the generated distribution `(2**n,)`. With raw weights it sums to `sum_j w_j`.

    Arguments:
        n_qubits: n.
        depth: L, layers of each candidate; 0 leaves the start states.
        candidates: the N circuits. With a single one nothing is searched: its weight is fixed at 1.
        weighting: `"raw"` uses the structural weights as they are (the paper); `"softmax"` sends them through a
            softmax first, as DARTS does; `"gumbel"` adds Gumbel noise before it while the module is in training mode,
            the same until `advance` is called, and none in `eval()` mode, in `mixture` and for a `Machine`.
        structural_init: `"equal"`: effective weights all 1/N; `"random"`: uniform draws that sum to 1 (raw), or
            standard normal logits (softmax).
        shared_angles: one Theta for all candidates (eq. 7), or one each (eq. 6).
        n_blocks: M, ensemble layers in sequence, see `qtkit.simulation.stack_ensembles`; 1 is the paper's own.
        angle_init: `"normal"` is 0.01 standard normal, `"uniform"` is uniform in (-pi, pi).
        train_angles: without it the circuits stay as they start: a control that tells what training them gives.
        temperature: of the softmax, a number or a function of the step that `advance` counts, such as `Annealing`.
        straight_through: with Gumbel noise: one candidate alone is in the mixture, with weight 1, and the gradient is
            that of the softmax, which is biased (`choosing.noisy_choice`).
        equal_signals: scale what each circuit adds to the uniform distribution to the same size, at every step: a
            control, in which structural weights cannot follow how loud a circuit is (`signals.equalise_signals`).
        generator: source of the random start, for reproducible runs.
        backend: `"auto"`, `"numba"` or `"torch"`, see `qtkit.simulation.probabilities`. On the CPU `"auto"` takes the
            compiled kernels, which are faster there at every size. A GPU wins over the cores beside it at larger sizes:
            value and gradient of the twelve at L = 15 took as long as 16 cores or longer at n = 11 and 13, 1/2.5 of
            their time at n = 17, 1/12 at n = 20 and 1/22 at n = 24; where they are not recorded as CUDA graphs, twice
            as long at n = 17 and 1/5 at n = 20 (`python benchmarks/gpu.py`, `results/benchmarks/gpu.md`, NVIDIA H100).
        recompute: compute states again for the gradient instead of keeping them: less memory, a third more time. The
            torch path and stacked blocks, which take it, keep few anyway. See `qtkit.simulation.ensemble`.

    Attributes:
        angles: Theta in radians: `(L, n)`, with a leading N if not `shared_angles`, and before it M if `n_blocks > 1`.
            With circuits by elements among the candidates `(L, A)`, where A is the most that any of them takes in a
            layer on n qubits (`Ansatz.angles_per_layer`): each reads as many of a layer's first as it takes.
        structural_weights: what the optimiser sees: `(N,)`, or `(M, N)` if `n_blocks > 1`.

    Raises:
        ValueError: for sizes below their minimum, unknown options, a flag that is not True or False, no candidates, a
            custom CNOT out of range, or a simulation that would not fit in memory, which says what would.

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
        temperature: Temperature = 1.0,
        straight_through: bool = False,
        equal_signals: bool = False,
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
            candidate.check_fits(self.n_qubits)  # a gate out of range is refused here, not in training
        self.weighting = checked_choice("weighting", weighting, WEIGHTINGS)
        self._temperature = checked_temperature(temperature)
        self.straight_through = checked_bool("straight_through", straight_through)
        self._check_weighting()
        self.backend = checked_choice("backend", backend, simulation.BACKENDS)
        n_blocks = checked_whole("n_blocks", n_blocks, 1)
        self.equal_signals = checked_bool("equal_signals", equal_signals)
        if self.equal_signals and n_blocks > 1:
            raise ValueError(f"equal_signals scales each candidate's distribution: {n_blocks} stacked blocks have none")
        self.n_blocks, self.shared_angles = n_blocks, checked_bool("shared_angles", shared_angles)
        trained = checked_bool("train_angles", train_angles)
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
            shared=self.shared_angles,
        )

        n_candidates = len(self.candidates)
        blocks = () if n_blocks == 1 else (n_blocks,)
        sets = () if shared_angles else (n_candidates,)
        width = max_angles(self.candidates, self.n_qubits)
        angles = initial_angles((*blocks, *sets, self.depth, width), angle_init, generator)
        self.angles = nn.Parameter(angles.to(device=device, dtype=dtype), requires_grad=trained)
        weights = initial_weights((*blocks, n_candidates), structural_init, weighting, generator)
        weights = weights.to(device=device, dtype=dtype)
        if n_candidates > 1:
            self.structural_weights = nn.Parameter(weights)
        else:
            self.register_buffer("structural_weights", weights)
        self._count_steps(generator, device)

    def forward(self) -> Tensor:
        """The generated distribution, `(2**n,)`."""
        return self._mixed(self.choice() if self.training else self.mixture)

    def distribution(self) -> Tensor:
        """As calling it in `eval()` mode: without noise, `(2**n,)`."""
        if self.weighting == "gumbel":
            return self._mixed(self.mixture)
        mixed: Tensor = self()
        return mixed

    def _mixed(self, weights: Tensor) -> Tensor:
        if self.n_blocks > 1:
            return simulation.stack_ensembles(self.candidates, self.angles, weights, n_qubits=self.n_qubits)
        if self.equal_signals:
            return weights @ self._heard()
        return simulation.ensemble(
            self.candidates,
            self.angles,
            weights,
            n_qubits=self.n_qubits,
            backend=self.backend,
            recompute=self.recompute,
        )

    def candidate_probabilities(self) -> Tensor:
        """Every candidate's own distribution, `(N, 2**n)`.

        Raises:
            ValueError: if `n_blocks > 1`: the blocks mix states, so candidates have no distribution of their own.
        """
        if self.n_blocks > 1:
            raise ValueError(f"candidates have no distribution of their own in {self.n_blocks} stacked blocks")
        return simulation.candidate_probabilities(
            self.candidates, self.angles, n_qubits=self.n_qubits, backend=self.backend
        )

    def _heard(self) -> Tensor:
        """What the weights are multiplied with, `(N, 2**n)`."""
        probabilities = self.candidate_probabilities()
        return equalise_signals(probabilities) if self.equal_signals else probabilities

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
        return rank_candidates(self.candidates, self.mixture, self._heard())

    def derive(self) -> Ansatz:
        """The one circuit that the search comes to, ready for `QuantumTrain(..., candidates=[circuit])`.

        The most probable candidate, the first of equals; with raw weights, which are no probabilities, the `winner`.

        Raises:
            ValueError: for a single candidate, where nothing is searched; for stacked blocks, of which each has its
                own; and with raw weights as `winners`.
        """
        if self.n_blocks > 1:
            raise ValueError(f"{self.n_blocks} stacked blocks are no single circuit")
        if self.weighting == "raw" or len(self.candidates) == 1:
            return self.winner()
        return self.candidates[int(self.structural_weights.argmax())]

    def prune(self, keep: int, optimiser: HasState | None = None) -> tuple[Ansatz, ...]:
        """Go on with fewer candidates: those dropped are not simulated any more.

        Kept are the most probable; with raw weights those with the most signal, `|w_j|` times the distance of the
        distribution from the uniform one (as `winners`, but candidate by candidate), of stacked blocks `|w_j|`, the
        mean. What is kept has the weights and angles it had. To load the state of a pruned search, make one of its
        `candidates`.

        Arguments:
            keep: how many are left.
            optimiser: that trains it: it goes on with the kept numbers and what it knows of them. The parameters are
                others afterwards; an optimiser that is not given does not know them.

        Returns:
            The candidates that were dropped.

        Raises:
            ValueError: for more than there are, or LBFGS, whose state cannot be divided.

        Example:
            >>> search = DiffQAS(n_qubits=3, depth=2, weighting="softmax")
            >>> len(search.prune(keep=4)), len(search.candidates)
            (8, 4)
        """
        keep = checked_whole("keep", keep, 1, len(self.candidates))
        check_prunable(optimiser)
        order = torch.argsort(self._merits(), descending=True, stable=True).tolist()
        places, dropped = sorted(order[:keep]), [self.candidates[place] for place in sorted(order[keep:])]
        if dropped:
            self.candidates = Candidates(self.candidates[place] for place in places)
            keep_rows(self, "structural_weights", -1, places, optimiser)
            if not self.shared_angles:
                keep_rows(self, "angles", -3, places, optimiser)
            width = max_angles(self.candidates, self.n_qubits)
            if width < self.angles.shape[-1]:  # the longest layer was that of one dropped
                keep_rows(self, "angles", -1, list(range(width)), optimiser)
        return tuple(dropped)

    @torch.no_grad()
    def _merits(self) -> Tensor:
        """What `prune` goes by, `(N,)`."""
        if self.n_blocks > 1:
            return self.mixture.abs().mean(0)
        if self.weighting != "raw":
            return self.mixture
        probabilities = self._heard()
        return self.mixture.abs() * (probabilities - 1 / probabilities.shape[1]).abs().sum(1)

    def extra_repr(self) -> str:
        """What `repr` shows: the sizes, and how many numbers are trained."""
        blocks = f", {self.n_blocks} blocks" if self.n_blocks > 1 else ""
        angles = "shared" if self.shared_angles else "separate"
        count = sum(p.numel() for p in self.parameters() if p.requires_grad)
        return (
            f"{counted(self.n_qubits, 'qubit')} × {counted(self.depth, 'layer')}, "
            f"{counted(len(self.candidates), 'candidate')}{blocks}, "
            f"{angles} angles, {self.weighting} weights: {count:,} trainable"
        )
