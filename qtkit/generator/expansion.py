"""`LinearExpansion`: weights generated from few numbers without a circuit, the rivals of Quantum-Train at equal size.

The weights are `kappa = start + features @ a` with B trained numbers `a` and features `(p, B)` that stay as they were
drawn. What the features are makes the difference, see `FEATURES`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import torch
from torch import Tensor, nn

from qtkit.checks import checked_bool, checked_choice, checked_positive, checked_whole
from qtkit.circuits.ansatz import qubits_for
from qtkit.generator.generated import GeneratedNetwork
from qtkit.generator.target.parameter_names import Patterns

_START_VARIANCE = 1 / 12  # about that of a Quantum-Train mapping's part on bits: n draws of variance 1/(3n), seen half


class LinearExpansion(GeneratedNetwork):
    """A network whose p parameters are a linear expansion in B fixed features: no circuit, as few trained numbers.

    Arguments:
        target: any `nn.Module`, see `GeneratedNetwork`.
        features: a name of `FEATURES`.
        count: B, how many numbers are trained.
        scale: the trained numbers start so that the parameters have the standard deviation `scale / sqrt(12)`, that of
            a Quantum-Train mapping with `mapping_scale=scale`; not for `"subspace"`, which starts at the target's own
            parameters.
        centre: subtract its mean from what the features give.
        generator: source of the features and of the start.
        only, rest, dtype, device: as for `GeneratedNetwork`.

    Attributes:
        coefficients: a, `(B,)`.
        expansion: the features.

    Raises:
        ValueError: for an unknown kind of features, a `centre` that is not True or False, or more features than there
            are parameters.

    Example:
        >>> LinearExpansion(nn.Linear(30, 2), "hashed", 10)(torch.zeros(5, 30)).shape
        torch.Size([5, 2])
    """

    start: Tensor | None

    def __init__(
        self,
        target: nn.Module,
        features: str,
        count: int,
        *,
        scale: float = 1.0,
        centre: bool = False,
        generator: torch.Generator | None = None,
        only: Patterns = None,
        rest: str = "frozen",
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
    ) -> None:
        super().__init__(target, only=only, rest=rest, dtype=dtype, device=device)
        dtype = torch.float32 if dtype is None else dtype
        self.kind = checked_choice("features", features, tuple(FEATURES))
        checked_whole("count", count, 1)
        if count > self.num_weights:
            raise ValueError(f"{count} features are more than the {self.num_weights} parameters they are to generate")
        self.centre = checked_bool("centre", centre)
        self.expansion = FEATURES[self.kind](self.num_weights, count, generator).to(device=device, dtype=dtype)
        draws = 2 * torch.rand(count, generator=generator, dtype=torch.float32, device="cpu") - 1  # variance 1/3
        start = draws * checked_positive("scale", scale) * math.sqrt(3 * _START_VARIANCE / self.expansion.overlap)
        own = None
        if self.kind == "subspace":
            start = torch.zeros_like(start)
            own = torch.cat([target.get_parameter(name).detach().reshape(-1) for name in self._shapes])
            own = own.to(device=device, dtype=dtype)
        self.register_buffer("start", own)
        self.coefficients = nn.Parameter(start.to(device=device, dtype=dtype))

    def weights(self) -> Tensor:
        """The generated parameters `(p,)`, differentiable."""
        kappa: Tensor = self.expansion(self.coefficients)
        if self.centre:
            kappa = kappa - kappa.mean()
        return kappa if self.start is None else self.start + kappa

    def extra_repr(self) -> str:
        """The sizes in one line."""
        return (
            f"{self.num_trainable:,} numbers on {self.kind} features → {self.num_weights:,} weights "
            f"({self.compression:.1f} × compression)"
        )

    def __repr__(self) -> str:
        # The bare copy of the target would print `bias=False` everywhere: show the target as it came.
        return f"LinearExpansion({self.extra_repr()}, target={self._target_repr})"


class Expansion(nn.Module):
    """From B numbers to p, by features that are not trained.

    They are as large as the network and more, and are drawn again from the seed: a `state_dict` has a few of them, by
    which `load_state_dict` knows that they are those that the numbers were trained on.

    Attributes:
        overlap: how many features of unit size a weight is the sum of.
    """

    overlap: int

    def forward(self, coefficients: Tensor) -> Tensor:
        """`(B,)` to `(p,)`."""
        raise NotImplementedError

    def get_extra_state(self) -> Tensor:
        """A few of the features, `(8,)` or fewer."""
        raise NotImplementedError

    def set_extra_state(self, state: Tensor) -> None:
        """ValueError if `state` is of other features."""
        own = self.get_extra_state()
        if state.shape != own.shape or not torch.allclose(state.to(own), own):
            raise ValueError(
                "these numbers were trained on other features: make the model from the same seed, then load them"
            )


class DenseFeatures(Expansion):
    """A full table `(p, B)` of features of unit mean square. It takes `4 p B` bytes in float32: 125 MB for images."""

    table: Tensor

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        self.register_buffer("table", table, persistent=False)
        self.overlap = table.shape[1]

    def forward(self, coefficients: Tensor) -> Tensor:
        """`(B,)` to `(p,)`."""
        return self.table @ coefficients

    def get_extra_state(self) -> Tensor:
        """The last feature of the first weights."""
        return self.table[:8, -1].clone()


class HashedFeatures(Expansion):
    """Each weight is one of the B numbers, with a sign: both drawn once, of both there is one a weight, `(p,)`."""

    places: Tensor
    signs: Tensor

    def __init__(self, places: Tensor, signs: Tensor) -> None:
        super().__init__()
        self.register_buffer("places", places, persistent=False)
        self.register_buffer("signs", signs, persistent=False)
        self.overlap = 1

    def forward(self, coefficients: Tensor) -> Tensor:
        """`(B,)` to `(p,)`."""
        return self.signs * coefficients[self.places]

    def get_extra_state(self) -> Tensor:
        """The places of the first weights, with their signs."""
        return self.signs[:8] * (self.places[:8] + 1)


def fourier_features(p: int, count: int, generator: torch.Generator | None) -> DenseFeatures:
    """Parities of the index's bits, the Fourier basis of functions of n bits.

    The first are the constant and the n single bits, which the mapping of Quantum-Train has too; the others are drawn
    from all sets of two bits and more, no set twice.
    """
    n = qubits_for(p)
    masks = torch.randperm(2**n, generator=generator, device="cpu")
    masks = masks[masks & (masks - 1) != 0]  # two bits and more
    masks = torch.cat([torch.tensor([0, *(1 << bit for bit in range(n))], device="cpu"), masks])[:count]
    index = torch.arange(p, device="cpu")
    table = torch.empty(p, count, dtype=torch.float32, device="cpu")
    for column, mask in enumerate(masks):
        table[:, column] = 1 - 2 * _parity(index & mask, n)
    return DenseFeatures(table)


def _parity(values: Tensor, bits: int) -> Tensor:
    """0 or 1: whether an odd number of the lowest `bits` bits is set."""
    shift = 1 << max(0, (bits - 1).bit_length())
    while shift := shift >> 1:
        values = values ^ (values >> shift)
    return values & 1


def subspace_features(p: int, count: int, generator: torch.Generator | None) -> DenseFeatures:
    """Normal draws: a random subspace through the network's own start (Li et al. 2018, "intrinsic dimension")."""
    return DenseFeatures(torch.randn(p, count, generator=generator, dtype=torch.float32, device="cpu"))


def random_features(p: int, count: int, generator: torch.Generator | None) -> DenseFeatures:
    """Distributions of random circuits, each held fixed: the constant, the n bits, then `2**n P - 1` of random states.

    The probabilities of a random state of many qubits are exponentially distributed (Porter and Thomas), so that
    `2**n P - 1` is an exponential draw minus one, which has variance 1.
    """
    n = qubits_for(p)
    index = torch.arange(p, device="cpu")
    bits = [(2 * ((index >> bit) & 1) - 1).to(torch.float32) for bit in range(n)]
    table = torch.empty(p, count, dtype=torch.float32, device="cpu").exponential_(generator=generator) - 1
    for column, values in enumerate([torch.ones(p, device="cpu", dtype=torch.float32), *bits][:count]):
        table[:, column] = values
    return DenseFeatures(table)


def hashed_features(p: int, count: int, generator: torch.Generator | None) -> HashedFeatures:
    """Weights share numbers at random (Chen et al. 2015, "hashing trick"); each number is used about p/B times."""
    places = torch.arange(p, device="cpu") % count
    places = places[torch.randperm(p, generator=generator, device="cpu")]
    signs = 2.0 * torch.randint(0, 2, (p,), generator=generator, device="cpu") - 1
    return HashedFeatures(places, signs)


class _Draw(Protocol):
    def __call__(self, p: int, count: int, generator: torch.Generator | None, /) -> Expansion: ...


FEATURES: Mapping[str, _Draw] = {
    "fourier": fourier_features,
    "subspace": subspace_features,
    "random": random_features,
    "hashed": hashed_features,
}
"""The kinds of features: from p, B and a source of random numbers to an `Expansion`."""
