"""`WeightGenerator`: p numbers from a searched circuit and a mapping, and what `QuantumTrain` shares with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any, Unpack, cast

import torch
from torch import Tensor, nn

from qtkit.checks import checked_bool, checked_choice, checked_positive
from qtkit.choices import BITS, PROBABILITIES, current_probability
from qtkit.circuits.ansatz import CANDIDATES, Ansatz, checked_candidates
from qtkit.generator.mapping.linear import bit_table, generated_chunks, generated_weights
from qtkit.generator.mapping.models import affine_map, make_mapping, mapped_by_blocks
from qtkit.generator.mapping.reading import Reading
from qtkit.generator.planning import Plan, PlanOptions, check_plan, plan, simulated
from qtkit.generator.search.diffqas import DiffQAS, SearchOptions
from qtkit.names import counted


class GeneratorOptions(SearchOptions, total=False):
    """Options of `WeightGenerator`, as `QuantumTrain` tells them."""

    mapping: str | nn.Module
    hidden: Sequence[int]
    hidden_activation: str
    probability: str
    bits: str
    mapping_scale: float
    centre: bool
    gamma: float


class MappedSearch(nn.Module):
    """A search's distribution and a mapping to p numbers (equation 4).

    Attributes:
        search: the `DiffQAS`.
        mapping: the module from `(..., n + 1)` to `(..., chunk)`.
        n_qubits: n.
        num_weights: p.
        chunk: how many weights the mapping writes for a basis state.
        plan: the sizes, as `qtkit.generator.plan` tells them.
    """

    num_weights: int
    search: DiffQAS
    mapping: nn.Module
    _high_bits: Tensor
    _low_bits: Tensor

    def _build(
        self,
        size: Plan,
        candidates: Sequence[Ansatz],
        *,
        mapping: str | nn.Module = "linear",
        hidden: Sequence[int] = (),
        hidden_activation: str = "none",
        probability: str = "raw",
        bits: str = "01",
        mapping_scale: float = 1.0,
        centre: bool = False,
        gamma: float = 0.1,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
        **search: Unpack[SearchOptions],
    ) -> None:
        """Make search and mapping, in a module that is there."""
        dtype = torch.float32 if dtype is None else dtype
        self.probability = checked_choice("probability", current_probability(probability, stacklevel=3), PROBABILITIES)
        self.bits = checked_choice("bits", bits, BITS)
        self.centre = checked_bool("centre", centre)
        self.gamma = checked_positive("gamma", gamma)
        scale = checked_positive("mapping_scale", mapping_scale)
        self.plan, self.chunk, self.n_qubits = size, size.chunk, size.qubits
        candidates = checked_candidates(candidates)
        check_plan(
            size,
            simulated(candidates, search.get("layerwise"), size.qubits),
            dtype,
            n_blocks=search.get("n_blocks", 1),
            device=device,
            backend=search.get("backend", "auto"),
            recompute=search.get("recompute", False),
            shared=search.get("shared_angles", True),
        )
        if isinstance(mapping, nn.Module):
            if scale != 1:
                raise ValueError(f"mapping_scale={scale:g} is for the mapping made here: a module starts as it came")
            self.mapping = mapping.to(device=device, dtype=dtype)
        else:
            self.mapping = make_mapping(
                self.n_qubits,
                self.chunk,
                tuple(hidden),
                hidden_activation,
                scale=scale,
                generator=generator,
                dtype=dtype,
                device=device,
            )
        kind, options = _kind_of_search(search)
        self.search = kind(
            self.n_qubits, size.depth, candidates, generator=generator, dtype=dtype, device=device, **options
        )
        high = self.n_qubits // 2
        for name, count in (("_high_bits", high), ("_low_bits", self.n_qubits - high)):
            self.register_buffer(name, bit_table(count, bits).to(device=device, dtype=dtype), persistent=False)

    @property
    def depth(self) -> int:
        """L, the layers of each candidate."""
        return self.search.depth

    @property
    def reading(self) -> Reading:
        """What the mapping sees of the probabilities."""
        return Reading(self.probability, self.n_qubits, self.gamma)

    @property
    def bit_tables(self) -> tuple[Tensor, Tensor]:
        """The bits of an index's high and of its low half, `(2**h, h)` and `(2**(n - h), n - h)` with `h = n // 2`.

        Their values are 0 and 1, or -1 and 1, as `bits` says: index i has row `i // 2**(n - h)` of the first table,
        then row `i % 2**(n - h)` of the second.
        """
        return self._high_bits, self._low_bits

    def weights(self, distribution: Tensor | None = None) -> Tensor:
        """The generated parameters kappa as one vector `(p,)`, differentiable.

        Arguments:
            distribution: `(2**n,)`, what the mapping is shown instead of the search's own, such as a measured one.

        Raises:
            ValueError: for a distribution of another shape or dtype.
        """
        kind = self.search.angles.device.type
        if torch.is_autocast_enabled(kind):
            # Half the digits would be lost on the way from angles to weights; the target itself may use fewer.
            with torch.autocast(kind, enabled=False):
                return self._weights(distribution)
        return self._weights(distribution)

    def _without_noise(self, distribution: Tensor | None) -> Tensor | None:
        """The distribution to read: that of the search where only noise would hide it, else as given."""
        return (
            self.search.distribution() if distribution is None and self.search.weighting == "gumbel" else distribution
        )

    def _weights(self, distribution: Tensor | None) -> Tensor:
        seen = self.reading.seen(self.search() if distribution is None else self._checked(distribution))
        kappa = self._mapped(seen)
        return kappa - kappa.mean() if self.centre else kappa

    def _mapped(self, seen: Tensor) -> Tensor:
        """Equation 4: from what is seen of the probabilities, `(2**n,)`, to the first p numbers."""
        p, states = self.num_weights, self.plan.states
        affine = affine_map(self.mapping)
        if affine is None:
            return mapped_by_blocks(self.mapping, seen, *self.bit_tables, states).flatten()[:p]
        weight, bias = affine
        if self.chunk > 1:
            return generated_chunks(weight, bias, seen, *self.bit_tables, states).flatten()[:p]
        return generated_weights(weight[0], bias, seen, *self.bit_tables, p, backend=self.search.backend)

    def _checked(self, distribution: Tensor) -> Tensor:
        expected, dtype = (2**self.n_qubits,), self._high_bits.dtype
        if not isinstance(distribution, Tensor) or distribution.shape != expected or distribution.dtype != dtype:
            got = (
                f"{tuple(distribution.shape)}, {distribution.dtype}"
                if isinstance(distribution, Tensor)
                else distribution
            )
            raise ValueError(f"distribution must be a tensor of shape {expected} and {dtype}, got {got}")
        return distribution

    def _sizes(self) -> str:
        at_once = f", {self.chunk:,} at once" if self.chunk > 1 else ""
        circuit = f"{counted(self.n_qubits, 'qubit')} × {counted(self.depth, 'layer')}"
        return f"{circuit} → {counted(self.num_weights, 'weight')}{at_once}"


class WeightGenerator(MappedSearch):
    """p numbers that a searched circuit and a mapping generate, without a network: calling it gives them, `(p,)`.

    Arguments:
        count: p.
        depth, candidates, and all others: as for `QuantumTrain`.

    Raises:
        ValueError: as `QuantumTrain`.

    Example:
        >>> WeightGenerator(1_000, depth=2, chunk=10)().shape
        torch.Size([1000])
    """

    def __init__(
        self,
        count: int,
        depth: int,
        candidates: Sequence[Ansatz] = CANDIDATES,
        *,
        chunk: int = 1,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
        **options: Unpack[GeneratorOptions],
    ) -> None:
        super().__init__()
        check_options(options, "chunk")
        candidates = checked_candidates(candidates)
        size = plan(count, depth, candidates, chunk=chunk, dtype=dtype, device=device, **_of_plan(options))
        self.num_weights = size.weights
        self._build(size, candidates, generator=generator, dtype=dtype, device=device, **options)

    def forward(self, distribution: Tensor | None = None) -> Tensor:
        """The numbers; `distribution` as in `weights`."""
        return self.weights(distribution)

    def extra_repr(self) -> str:
        """The sizes in one line."""
        return f"{self._sizes()}, {self.plan.generating:,} trained ({self.plan.compression:.1f} × compression)"


def check_options(given: Iterable[str], *more: str) -> None:
    """ValueError for an option that there is not, with the one that may be meant; `more` are there besides."""
    known = (*GeneratorOptions.__annotations__, *more)
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"
            raise ValueError(f"unknown option {name!r}: {meant}")


_NOT_LAYERWISE = ("weighting", "straight_through", "equal_signals", "n_blocks")


def _kind_of_search(search: SearchOptions) -> tuple[type[DiffQAS], dict[str, Any]]:
    """The class, and its options; ValueError for one that a layerwise search does not have."""
    options: dict[str, Any] = dict(search)
    if options.get("layerwise") is None:
        options.pop("layerwise", None)
        return DiffQAS, options
    if unfit := [name for name in _NOT_LAYERWISE if name in options]:
        raise ValueError(f"{', '.join(unfit)} is not for a layerwise search, here layerwise={search['layerwise']!r}")
    from qtkit.generator.search.layerwise import LayerwiseSearch  # whoever searches over whole circuits needs no more

    return LayerwiseSearch, options


_PLANNED = tuple(PlanOptions.__annotations__)


def _of_plan(options: GeneratorOptions) -> PlanOptions:
    """Of all options those that decide about sizes."""
    return cast("PlanOptions", {name: value for name, value in options.items() if name in _PLANNED})
