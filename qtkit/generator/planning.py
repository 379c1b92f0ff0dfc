"""`plan`: qubits, counts and memory of a generator, told before anything is built."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import torch
from torch import nn

from qtkit.checks import checked_bool, checked_choice, checked_depth, checked_whole
from qtkit.choices import HIDDEN_ACTIVATIONS, RESTS
from qtkit.circuits.ansatz import CANDIDATES, Ansatz, checked_candidates
from qtkit.generator.mapping.models import BLOCK, check_width
from qtkit.generator.mapping.sizes import checked_hidden, count_numbers, count_states, qubits_for_chunks
from qtkit.generator.search.layers import choices_of
from qtkit.generator.target.network import parameter_shapes
from qtkit.generator.target.parameter_names import Patterns
from qtkit.names import counted
from qtkit.simulation.memory import MAX_QUBITS, bytes_in_words, check_memory, memory_estimate, memory_there

_WEIGHT_VECTORS = 5  # the weights, less their mean, the gradient of both, and one on the way between


class PlanOptions(TypedDict, total=False):
    """Options of `plan` that a generator hands on."""

    mapping: str | nn.Module
    hidden: Sequence[int]
    hidden_activation: str
    shared_angles: bool
    n_blocks: int
    train_angles: bool
    layerwise: str | None
    backend: str
    recompute: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The sizes of a generator of p weights; `print` shows them.

    Attributes:
        weights: p, the numbers that are generated.
        chunk: how many of them the mapping writes at once.
        qubits: n, `ceil(log2(ceil(p / chunk)))`.
        depth: L.
        candidates: N.
        angles: trained angles.
        structural: trained structural weights, 0 for a single candidate; of a layerwise search its logits.
        mapping: trained numbers of the mapping.
        kept: parameters of the network that are not generated.
        kept_trained: of these, those that are trained.
        memory: bytes that a value and its gradient need, about, without the network's own.
        there: bytes of the device, infinite where nobody can tell.
    """

    weights: int
    chunk: int
    qubits: int
    depth: int
    candidates: int
    angles: int
    structural: int
    mapping: int
    kept: int
    kept_trained: int
    memory: int
    there: float

    @property
    def states(self) -> int:
        """The basis states that write weights: `ceil(p / chunk)` of the `2**n`."""
        return count_states(self.weights, self.chunk)

    @property
    def generating(self) -> int:
        """Numbers trained to generate the weights."""
        return self.angles + self.structural + self.mapping

    @property
    def trained(self) -> int:
        """All numbers that are trained."""
        return self.generating + self.kept_trained

    @property
    def compression(self) -> float:
        """Generated weights per number trained to generate them."""
        return self.weights / self.generating

    @property
    def fits(self) -> bool:
        """Whether the memory is there."""
        return self.qubits <= MAX_QUBITS and self.memory <= self.there

    def __str__(self) -> str:
        at_once = "" if self.chunk == 1 else f", {self.chunk:,} at once from {self.states:,} basis states"
        there = "" if math.isinf(self.there) else f" of {bytes_in_words(self.there)}"
        parts = (
            counted(self.angles, "angle"),
            counted(self.structural, "structural weight"),
            f"{self.mapping:,} of the mapping",
        )
        lines = [
            f"{counted(self.qubits, 'qubit')} × {counted(self.depth, 'layer')} → {counted(self.weights, 'weight')}"
            f"{at_once}",
            f"{self.generating:,} numbers generate them: {', '.join(parts)} ({self.compression:,.1f} × compression)",
            f"memory: about {bytes_in_words(self.memory)}{there}{'' if self.fits else ', which is too little'}",
        ]
        if self.kept:
            trained = f"{self.kept_trained:,} of them trained" if self.kept_trained else "frozen"
            lines.insert(2, f"{self.kept:,} other parameters stay as they came, {trained}")
        return "\n".join(lines)


def plan(
    target: nn.Module | int,
    depth: int,
    candidates: Sequence[Ansatz] = CANDIDATES,
    *,
    mapping: str | nn.Module = "linear",
    hidden: Sequence[int] = (),
    hidden_activation: str = "none",
    chunk: int = 1,
    only: Patterns = None,
    rest: str = "frozen",
    shared_angles: bool = True,
    n_blocks: int = 1,
    train_angles: bool = True,
    layerwise: str | None = None,
    backend: str = "auto",
    recompute: bool = False,
    dtype: torch.dtype | None = None,
    device: torch.device | str | None = None,
) -> Plan:
    """What `QuantumTrain` would build of these arguments: nothing is simulated, and no network is copied.

    Arguments:
        target: the network, or a number of weights.
        depth, candidates, ...: as for `QuantumTrain` and `DiffQAS`.

    Raises:
        ValueError: for a mapping of another width, a pattern that fits no name, sizes below their minimum, an option
            that would have no effect. A plan that does not fit in memory is given, see `Plan.fits`; `QuantumTrain`
            refuses it.

    Example:
        >>> print(plan(108_866, 15))
        17 qubits × 15 layers → 108,866 weights
        286 numbers generate them: 255 angles, 12 structural weights, 19 of the mapping (380.7 × compression)
        ...
    """
    candidates, depth = checked_candidates(candidates), checked_depth(depth)
    chunk, hidden = checked_whole("chunk", chunk, 1), checked_hidden(hidden)
    n_blocks = checked_whole("n_blocks", n_blocks, 1)
    checked_choice("hidden_activation", hidden_activation, HIDDEN_ACTIVATIONS)
    for name, value in (("shared_angles", shared_angles), ("train_angles", train_angles), ("recompute", recompute)):
        checked_bool(name, value)
    checked_choice("rest", rest, RESTS)
    if hidden_activation != "none" and not hidden:
        raise ValueError(
            f"hidden_activation={hidden_activation!r} stands behind the hidden layers of the mapping made here, such "
            "as hidden=(4, 20, 4); got none"
        )
    weights, kept, kept_trained = _parameters(target, only, rest)
    n = qubits_for_chunks(weights, chunk)
    numbers, units = _mapping_sizes(mapping, n, chunk, hidden)
    place = torch.device("cpu" if device is None else device)
    dtype = torch.float32 if dtype is None else dtype
    itemsize = dtype.itemsize
    width = max(candidate.angles_per_layer(n) for candidate in candidates)
    own_sets, structural = _sets_and_weights(candidates, layerwise, n, depth, n_blocks)
    sets = n_blocks if shared_angles else own_sets
    memory = memory_estimate(
        n,
        depth,
        simulated(candidates, layerwise, n),
        dtype,
        n_blocks=n_blocks,
        compiled=place.type == "cpu" and backend != "torch",
        recompute=recompute,
        shared=shared_angles,
        device=place,
    )
    if layerwise == "channels":
        memory += depth * own_sets * (3 * n + 4) * 4**n * 2 * itemsize  # a matrix for each gate and choice
    by_blocks = isinstance(mapping, nn.Module) or (units > 0 and hidden_activation != "none")
    if by_blocks:
        memory += 3 * min(BLOCK, 1 << n) * (n + 1 + 2 * units + chunk) * itemsize
    return Plan(
        weights=weights,
        chunk=chunk,
        qubits=n,
        depth=depth,
        candidates=len(candidates),
        angles=sets * depth * width if train_angles else 0,
        structural=structural,
        mapping=numbers,
        kept=kept,
        kept_trained=kept_trained,
        memory=memory + _WEIGHT_VECTORS * weights * itemsize,
        there=memory_there(place),
    )


def _mapping_sizes(mapping: str | nn.Module, n: int, chunk: int, hidden: tuple[int, ...]) -> tuple[int, int]:
    """The trained numbers of the mapping, and the hidden units of one that is made here."""
    if isinstance(mapping, nn.Module):
        if hidden:
            raise ValueError(f"hidden={hidden} is for the mapping made here, and mapping is a module of its own")
        check_width(mapping, n, chunk)
        return sum(p.numel() for p in mapping.parameters() if p.requires_grad), 0
    checked_choice("mapping", mapping, ("linear",))
    return count_numbers(n, chunk, hidden), sum(hidden)


def _sets_and_weights(
    candidates: tuple[Ansatz, ...], layerwise: str | None, n: int, depth: int, n_blocks: int
) -> tuple[int, int]:
    """Sets of angles where all have their own, of a layerwise search one a kind of layer; and structural weights."""
    if layerwise is None:
        sets = len(candidates) * n_blocks
        return sets, sets if len(candidates) > 1 else 0
    choices = choices_of(candidates, n)
    layers, starts = len(choices.layers), len(choices.starts)
    return layers, (depth * layers if layers > 1 else 0) + (starts if starts > 1 else 0)


def simulated(candidates: tuple[Ansatz, ...], layerwise: str | None, n: int) -> tuple[Ansatz, ...]:
    """The circuits that are simulated at once: all candidates; of a layerwise search one that has all their layers."""
    if layerwise is None:
        return candidates
    choices = choices_of(candidates, n)
    return (choices.circuit(0, range(len(choices.layers))),)


def check_plan(
    size: Plan,
    candidates: tuple[Ansatz, ...],
    dtype: torch.dtype,
    *,
    n_blocks: int,
    device: torch.device | str | None,
    backend: str,
    recompute: bool,
    shared: bool,
) -> None:
    """ValueError if the simulation would not fit in memory, with the sizes and what would do."""

    def refused(n: int) -> str | None:
        try:
            check_memory(
                n,
                size.depth,
                candidates,
                dtype,
                n_blocks=n_blocks,
                device=device,
                backend=backend,
                recompute=recompute,
                shared=shared,
            )
        except ValueError as error:
            return str(error)
        return None

    reason = refused(size.qubits)
    if reason is None:
        return
    chunks = (2**power * size.chunk for power in range(1, 20))
    smaller = ((chunk, qubits_for_chunks(size.weights, chunk)) for chunk in chunks if chunk <= size.weights)
    fitting = next(((chunk, n) for chunk, n in smaller if n < size.qubits and refused(n) is None), None)
    if fitting is not None:
        way = f"chunk={fitting[0]}, that many weights of each basis state ({fitting[1]} qubits)"
        reason += f", or {way}" if "What would do: " in reason else f". What would do: {way}"
    raise ValueError(f"a target of {size.weights:,} parameters is too large here: {reason}")


def _parameters(target: nn.Module | int, only: Patterns, rest: str) -> tuple[int, int, int]:
    """How many are generated, how many kept, and how many of these trained."""
    if isinstance(target, int):
        if only is not None:
            raise ValueError(f"only={only!r} chooses by names, and a number of weights has none: give the network")
        return checked_whole("target", target, 1), 0, 0
    shapes = parameter_shapes(target, only)
    others = [parameter for name, parameter in target.named_parameters() if name not in shapes]
    kept = sum(parameter.numel() for parameter in others)
    trained = sum(parameter.numel() for parameter in others if parameter.requires_grad) if rest == "trained" else 0
    return sum(shape.numel() for shape in shapes.values()), kept, trained
