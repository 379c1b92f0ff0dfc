"""`Generators`: one network whose parameters come from several generators, each with a circuit of its own."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor, nn

from qtkit.circuits.ansatz import Ansatz
from qtkit.generator.generated import GeneratedNetwork
from qtkit.generator.target.parameter_names import checked_patterns, selected_names
from qtkit.generator.weight_generator import GeneratorOptions, WeightGenerator


class PartOptions(GeneratorOptions, total=False):
    """Options of one generator among several: those of `QuantumTrain`; `depth` must be there."""

    depth: int
    candidates: Sequence[Ansatz]
    chunk: int


class Generators(GeneratedNetwork):
    """A network whose parameters come from several generators, each by the pattern that names of parameters fit.

    A parameter belongs to the first pattern that fits. Those that fit none keep the values they came with.

    Arguments:
        target: any `nn.Module`, see `GeneratedNetwork`.
        parts: pattern, or a tuple of patterns, to the options of its generator: `depth` and any of `QuantumTrain`'s.
        rest: what becomes of parameters that fit no pattern: `"frozen"` or `"trained"`.
        generator: source of the random start, of one part after the other.
        dtype, device: as for `QuantumTrain`.

    Attributes:
        parts: the `WeightGenerator` of each pattern, in order.
        patterns: the patterns, in order.
        num_weights: generated parameters of all parts.

    Raises:
        ValueError: for a pattern that fits no name, or none that an earlier one has left; an option that is unknown or
            missing; and as `QuantumTrain` does, naming the pattern.

    Example:
        >>> network = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 2))
        >>> model = Generators(network, {"0.*": {"depth": 3, "chunk": 8}, "2.*": {"depth": 2}})
        >>> model(torch.zeros(5, 8)).shape
        torch.Size([5, 2])
    """

    parts: nn.ModuleList

    def __init__(
        self,
        target: nn.Module,
        parts: Mapping[str | tuple[str, ...], PartOptions],
        *,
        rest: str = "frozen",
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
    ) -> None:
        if not isinstance(parts, Mapping) or not parts:
            raise ValueError(f"parts must map patterns to options, such as {{'0.*': {{'depth': 3}}}}, got {parts!r}")
        everything = tuple(pattern for patterns in parts for pattern in checked_patterns(patterns) or ())
        super().__init__(target, only=everything, rest=rest, dtype=dtype, device=device)
        groups = _divided(target, tuple(parts), tuple(self._shapes))
        self._shapes = {name: self._shapes[name] for names in groups for name in names}
        self.patterns = tuple(parts)
        made = []
        for (patterns, options), names in zip(parts.items(), groups, strict=True):
            count = sum(self._shapes[name].numel() for name in names)
            made.append(_part(patterns, count, options, generator, dtype, device))
        self.parts = nn.ModuleList(made)

    def weights(self, distributions: Sequence[Tensor] | None = None) -> Tensor:
        """The generated parameters of one part after the other, `(p,)`, differentiable.

        Arguments:
            distributions: one for each part, what its mapping is shown instead of its search's own.

        Raises:
            ValueError: for another number of distributions, or one of another shape or dtype.
        """
        if distributions is None:
            return torch.cat([part.weights() for part in self.each()])
        if len(distributions) != len(self.parts):
            raise ValueError(
                f"distributions must be {len(self.parts)}, one for each of {self.patterns}, got {len(distributions)}"
            )
        return torch.cat([part.weights(own) for part, own in zip(self.each(), distributions, strict=True)])

    def to_classical(self, distributions: Sequence[Tensor] | None = None) -> nn.Module:
        """The target alone, see `GeneratedNetwork.to_classical`; `distributions` as in `weights`."""
        with torch.no_grad():
            if distributions is None:
                distributions = [part.search.distribution() for part in self.each()]
            return self._filled(self._shaped(self.weights(distributions)))

    def extra_repr(self) -> str:
        """The sizes in one line."""
        return (
            f"{len(self.parts)} generators → {self.num_weights:,} weights, {self.num_trainable:,} trainable "
            f"({self.compression:.1f} × compression){self._words_of_rest()}"
        )

    def __repr__(self) -> str:
        parts = [
            f"({patterns!r}): {part.extra_repr()}" for patterns, part in zip(self.patterns, self.each(), strict=True)
        ]
        inner = textwrap.indent("\n".join((self.extra_repr(), *parts, f"(target): {self._target_repr}")), "  ")
        return f"Generators(\n{inner}\n)"

    def each(self) -> Iterator[WeightGenerator]:
        """The generators, in order: `parts` by their type."""
        for part in self.parts:
            assert isinstance(part, WeightGenerator)
            yield part


def _divided(
    target: nn.Module, patterns: tuple[str | tuple[str, ...], ...], names: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    """The names of each pattern, in their order, each name with the first that fits."""
    free, groups = set(names), []
    for pattern in patterns:
        fitting = selected_names(target, pattern)
        group = tuple(name for name in names if name in fitting & free)
        if not group:
            raise ValueError(
                f"the pattern {pattern!r} is left no parameter: all that fit it belong to earlier patterns"
            )
        free -= fitting
        groups.append(group)
    return tuple(groups)


def _part(
    patterns: str | tuple[str, ...],
    count: int,
    options: PartOptions,
    generator: torch.Generator | None,
    dtype: torch.dtype | None,
    device: torch.device | str | None,
) -> WeightGenerator:
    """The generator of one pattern; errors name it."""
    known = PartOptions.__annotations__
    if not isinstance(options, Mapping) or "depth" not in options or set(options) - set(known):
        raise ValueError(f"the options of {patterns!r} must be 'depth' and any of {sorted(known)}, got {options!r}")
    try:
        return WeightGenerator(count, **options, generator=generator, dtype=dtype, device=device)
    except ValueError as error:
        raise ValueError(f"the generator of {patterns!r}: {error}") from error
