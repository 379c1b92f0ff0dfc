"""`QuantumTrain`: any network on weights that a searched quantum circuit generates."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Unpack

import torch
from torch import Tensor, nn

from qtkit.checks import checked_choice, checked_depth, checked_positive, checked_whole
from qtkit.choices import BITS, PROBABILITIES, current_probability
from qtkit.circuits.ansatz import CANDIDATES, Ansatz, checked_candidates, qubits_for
from qtkit.generator.diffqas import DiffQAS, SearchOptions
from qtkit.generator.generated import GeneratedNetwork
from qtkit.generator.mapping import bit_table, generated_weights
from qtkit.generator.reading import Reading
from qtkit.linear import linear
from qtkit.simulation.memory import check_memory


class QuantumTrain(GeneratedNetwork):
    """A network whose p parameters are generated: `kappa_i = mapping([bits of i, P(i)])` (equation 4).

    `n = ceil(log2 p)` qubits give `2**n` basis states; the first p of them generate one parameter each. The searched
    circuit gives the probability of a state, a trainable `Linear(n + 1 -> 1)` maps `[its n bits, its probability]` to
    the parameter. The parameters fill the network in the order of its `state_dict`. Calling the module calls the
    network on the generated parameters.

    Arguments:
        target: any `nn.Module`. A copy is used; the module itself is never changed. All its parameters are generated,
            frozen ones too, shared ones once, an embedding's row of `padding_idx` too. Its buffers stay as they are,
            but for those of its parameters' dtype, which take `dtype` (to keep pretrained weights, make them buffers).
        depth: L, layers of each candidate circuit.
        candidates: the N circuits; a single one is a baseline of Table I, without structural weights.
        probability: what the mapping sees of the probability `P`: `"raw"` is P; `"tanh"` is
            `tanh(gamma * 2**(n-1) * P)`; `"scaled"` is `2**n * P - 1`, zero for the uniform distribution.
        bits: `"01"`, or `"pm1"` for -1 and +1. Wire 0 is the most significant bit.
        mapping_scale: the mapping starts as `nn.Linear` does, times this (weight and bias).
        centre: subtract the mean of the generated vector from it.
        gamma: see `probability`.
        generator: source of the random start: the mapping is drawn first, then the circuits, so that models with
            different circuits but the same seed share the mapping's start.
        dtype: float32 (the default) or float64, for circuit, mapping and generated parameters.
        device: where all of it lives.
        search: further options of `DiffQAS`: `weighting`, `structural_init`, `shared_angles`, `n_blocks`,
            `angle_init`, `train_angles`, `backend`, `recompute`.

    Attributes:
        search: the `DiffQAS`.
        mapping: `nn.Linear(n + 1, 1)`.
        n_qubits: n.
        num_weights: p.

    Raises:
        ValueError: for a target without parameters, or with so many that the simulation would not fit in memory;
            unknown options; and all that `DiffQAS` refuses.

    Example:
        >>> QuantumTrain(nn.Linear(3, 2), depth=2)(torch.zeros(5, 3)).shape
        torch.Size([5, 2])
    """

    _high_bits: Tensor
    _low_bits: Tensor

    def __init__(
        self,
        target: nn.Module,
        depth: int,
        candidates: Sequence[Ansatz] = CANDIDATES,
        *,
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
        super().__init__(target, dtype=dtype, device=device)
        dtype = torch.float32 if dtype is None else dtype
        self.probability = checked_choice("probability", current_probability(probability), PROBABILITIES)
        self.bits = checked_choice("bits", bits, BITS)
        self.centre = bool(centre)
        self.gamma = checked_positive("gamma", gamma)
        mapping_scale = checked_positive("mapping_scale", mapping_scale)

        self.n_qubits = qubits_for(self.num_weights)
        candidates, depth = checked_candidates(candidates), checked_depth(depth)
        n_blocks = checked_whole("n_blocks", search.get("n_blocks", 1), 1)
        try:
            check_memory(
                self.n_qubits,
                depth,
                candidates,
                dtype,
                n_blocks=n_blocks,
                device=device,
                backend=search.get("backend", "auto"),
                recompute=bool(search.get("recompute", False)),
                shared=bool(search.get("shared_angles", True)),
            )
        except ValueError as error:
            raise ValueError(f"a target of {self.num_weights:,} parameters is too large here: {error}") from None

        self.mapping = linear(
            self.n_qubits + 1, 1, scale=mapping_scale, generator=generator, dtype=dtype, device=device
        )
        self.search = DiffQAS(
            self.n_qubits, depth, candidates, generator=generator, dtype=dtype, device=device, **search
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
        if torch.is_autocast_enabled(self.mapping.weight.device.type):
            # Half the digits would be lost on the way from angles to weights; the target itself may use fewer.
            with torch.autocast(self.mapping.weight.device.type, enabled=False):
                return self._weights(distribution)
        return self._weights(distribution)

    def _weights(self, distribution: Tensor | None) -> Tensor:
        p = self.num_weights
        seen = self.reading.seen(self.search() if distribution is None else self._checked(distribution))
        weight, bias = self.mapping.weight[0], self.mapping.bias
        kappa = generated_weights(weight, bias, seen, *self.bit_tables, p, backend=self.search.backend)
        return kappa - kappa.mean() if self.centre else kappa

    def generate(self, distribution: Tensor | None = None) -> dict[str, Tensor]:
        """The generated parameters by name, each in its shape, differentiable; shared ones under their first name.

        `distribution`: as in `weights`.
        """
        return self._shaped(self.weights(distribution))

    def to_classical(self, distribution: Tensor | None = None) -> nn.Module:
        """The target alone with the generated parameters filled in: a plain module, with no quantum part.

        Its parameters are leaves of their own that require gradients; shared parameters are shared again.
        `distribution`: as in `weights`.
        """
        with torch.no_grad():
            return self._filled(self.generate(distribution))

    def extra_repr(self) -> str:
        """The sizes in one line."""
        return (
            f"{self.n_qubits} qubits × {self.depth} layers → {self.num_weights:,} weights, "
            f"{self.num_trainable:,} trainable ({self.compression:.1f} × compression)"
        )

    def __repr__(self) -> str:
        # The bare copy of the target would print `bias=False` everywhere: show the target as it came.
        parts = (f"(search): {self.search!r}", f"(mapping): {self.mapping!r}", f"(target): {self._target_repr}")
        inner = textwrap.indent("\n".join((self.extra_repr(), *parts)), "  ")
        return f"QuantumTrain(\n{inner}\n)"

    def _checked(self, distribution: Tensor) -> Tensor:
        expected, dtype = (2**self.n_qubits,), self.mapping.weight.dtype
        if not isinstance(distribution, Tensor) or distribution.shape != expected or distribution.dtype != dtype:
            got = (
                f"{tuple(distribution.shape)}, {distribution.dtype}"
                if isinstance(distribution, Tensor)
                else distribution
            )
            raise ValueError(f"distribution must be a tensor of shape {expected} and {dtype}, got {got}")
        return distribution
