"""`QuantumTrain`: any network on weights that a searched quantum circuit generates."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Unpack

import torch
from torch import Tensor, nn

from qtkit.circuits.ansatz import CANDIDATES, Ansatz, checked_candidates
from qtkit.generator.generated import GeneratedNetwork
from qtkit.generator.planning import plan
from qtkit.generator.search.diffqas import SearchOptions
from qtkit.generator.target.parameter_names import Patterns
from qtkit.generator.weight_generator import MappedSearch, check_options


class QuantumTrain(MappedSearch, GeneratedNetwork):
    """A network whose p parameters are generated: `kappa_i = mapping([bits of i, P(i)])` (equation 4).

    `n = ceil(log2 p)` qubits give `2**n` basis states; the first p of them generate one parameter each. The searched
    circuit gives the probability of a state, a trainable `Linear(n + 1 -> 1)` maps `[its n bits, its probability]` to
    the parameter. The parameters fill the network in the order of its `state_dict`. Calling the module calls the
    network on the generated parameters. What it would take is told by `qtkit.generator.plan` before.

    Arguments:
        target: any `nn.Module`. A copy is used; the module itself is never changed. All its parameters are generated,
            frozen ones too, shared ones once, an embedding's row of `padding_idx` too, unless `only` says which. Its
            buffers stay as they are, but for those of its parameters' dtype, which take `dtype`.
        depth: L, layers of each candidate circuit.
        candidates: the N circuits; a single one is a baseline of Table I, without structural weights.
        mapping: `"linear"`, made here, or a module from `(..., n + 1)` to `(..., chunk)`, which is trained itself.
        hidden: sizes of hidden layers of the mapping made here, `(4, 20, 4)` in the public Quantum-Train code.
        hidden_activation: what stands behind each hidden layer: `"none"`, as in the public code, whose mapping is an
            affine one for all its layers (`qtkit.generator.mapping.models`); `"tanh"` or `"relu"`.
        chunk: weights that the mapping writes at once, for each basis state: `n = ceil(log2(ceil(p / chunk)))`.
        only: a pattern of parameters' names, or several, as in `fnmatch` (`"*.lora_*"`): those are generated, all
            others keep the values they came with.
        rest: the others are `"frozen"`, or `"trained"`: those of them that came trainable, with the generator.
        probability: what the mapping sees of the probability `P`: `"raw"` is P; `"tanh"` is
            `tanh(gamma * 2**(n-1) * P)`; `"scaled"` is `2**n * P - 1`, zero for the uniform distribution.
        bits: `"01"`, or `"pm1"` for -1 and +1. Wire 0 is the most significant bit.
        mapping_scale: the mapping starts as `nn.Linear` does, times this (weight and bias; of hidden layers, the last).
        centre: subtract the mean of the generated vector from it.
        gamma: see `probability`.
        generator: source of the random start: the mapping is drawn first, then the circuits, so that models with
            different circuits but the same seed share the mapping's start.
        dtype: float32 (the default) or float64, for circuit, mapping and generated parameters.
        device: where all of it lives.
        search: further options of `DiffQAS`: `weighting`, `structural_init`, `shared_angles`, `n_blocks`,
            `angle_init`, `train_angles`, `temperature`, `straight_through`, `backend`, `recompute`; with `layerwise`
            each layer is chosen by itself, see `qtkit.generator.LayerwiseSearch`.

    Attributes:
        search: the `DiffQAS`.
        mapping: `nn.Linear(n + 1, chunk)`, an `nn.Sequential` with hidden layers, or the module given.
        n_qubits: n.
        num_weights: p.
        plan: all sizes.

    Raises:
        ValueError: for a target without parameters, or with so many that the simulation would not fit in memory; a
            mapping of another width; a pattern that fits no name; unknown options; and all that `DiffQAS` refuses.

    Example:
        >>> QuantumTrain(nn.Linear(3, 2), depth=2)(torch.zeros(5, 3)).shape
        torch.Size([5, 2])
    """

    def __init__(
        self,
        target: nn.Module,
        depth: int,
        candidates: Sequence[Ansatz] = CANDIDATES,
        *,
        mapping: str | nn.Module = "linear",
        hidden: Sequence[int] = (),
        hidden_activation: str = "none",
        chunk: int = 1,
        only: Patterns = None,
        rest: str = "frozen",
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
        check_options(search, "chunk", "only", "rest")
        candidates = checked_candidates(candidates)
        size = plan(
            target,
            depth,
            candidates,
            mapping=mapping,
            hidden=hidden,
            hidden_activation=hidden_activation,
            chunk=chunk,
            only=only,
            rest=rest,
            shared_angles=search.get("shared_angles", True),
            n_blocks=search.get("n_blocks", 1),
            train_angles=search.get("train_angles", True),
            layerwise=search.get("layerwise"),
            backend=search.get("backend", "auto"),
            recompute=search.get("recompute", False),
            dtype=dtype,
            device=device,
        )
        super().__init__(target, only=only, rest=rest, dtype=dtype, device=device)
        self._build(
            size,
            candidates,
            mapping=mapping,
            hidden=hidden,
            hidden_activation=hidden_activation,
            probability=probability,
            bits=bits,
            mapping_scale=mapping_scale,
            centre=centre,
            gamma=gamma,
            generator=generator,
            dtype=dtype,
            device=device,
            **search,
        )

    def generate(self, distribution: Tensor | None = None) -> dict[str, Tensor]:
        """The generated parameters by name, each in its shape, differentiable; shared ones under their first name.

        `distribution`: as in `weights`.
        """
        return self._shaped(self.weights(distribution))

    def to_classical(self, distribution: Tensor | None = None) -> nn.Module:
        """The target alone with the generated parameters filled in: a plain module, with no quantum part.

        Its parameters are leaves of their own that require gradients, those that were kept as they came; shared
        parameters are shared again. Noise of a search is left out. `distribution`: as in `weights`.
        """
        with torch.no_grad():
            return self._filled(self.generate(self._without_noise(distribution)))

    def extra_repr(self) -> str:
        """The sizes in one line."""
        trained = f"{self.num_trainable:,} trainable ({self.compression:.1f} × compression)"
        return f"{self._sizes()}, {trained}{self._words_of_rest()}"

    def __repr__(self) -> str:
        # The bare copy of the target would print `bias=False` everywhere: show the target as it came.
        parts = (f"(search): {self.search!r}", f"(mapping): {self.mapping!r}", f"(target): {self._target_repr}")
        inner = textwrap.indent("\n".join((self.extra_repr(), *parts)), "  ")
        return f"QuantumTrain(\n{inner}\n)"
