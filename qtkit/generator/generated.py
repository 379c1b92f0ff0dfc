"""`GeneratedNetwork`: any network whose weights are generated, by whatever generates them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Self

import torch
from torch import Tensor, nn

from qtkit.checks import checked_choice
from qtkit.choices import RESTS
from qtkit.generator.target.network import (
    aliases_of,
    convert_rest,
    detached_activations,
    parameter_shapes,
    renormalised_weights,
    with_parameters,
    without_parameters,
)
from qtkit.generator.target.parameter_names import Patterns
from qtkit.generator.target.recomputing import keep_parameters, recomputes
from qtkit.simulation import DTYPES


class GeneratedNetwork(nn.Module):
    """A network whose p parameters come as one vector. A subclass says where from: `weights`.

    The parameters fill the network in the order of its `state_dict`. Calling the module calls the network on the
    generated parameters.

    Arguments:
        target: any `nn.Module`. A copy is used; the module itself is never changed. All its parameters are generated,
            frozen ones too, shared ones once, an embedding's row of `padding_idx` too. Its buffers stay as they are,
            but for those of its parameters' dtype, which take `dtype`.
        only: a pattern, or several, as in `fnmatch`: parameters with a name that fits one are generated, all others
            keep the values they came with, and take `dtype` as buffers do.
        rest: the others are `"frozen"`, or `"trained"`: those of them that came trainable, with the generator.
        dtype: float32 (the default) or float64, of the generated parameters.
        device: where the network lives.

    Attributes:
        target: the bare copy of the network, without the parameters that are generated.
        num_weights: p.

    Raises:
        ValueError: for a target without parameters, or one that generated parameters cannot reach as a whole; for a
            pattern that fits no name.
    """

    num_weights: int

    def __init__(
        self,
        target: nn.Module,
        *,
        only: Patterns = None,
        rest: str = "frozen",
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
    ) -> None:
        nn.Module.__init__(self)  # whatever other classes a subclass has
        dtype = torch.float32 if dtype is None else dtype
        if dtype not in DTYPES.values():
            raise ValueError(f"dtype must be torch.float32 or torch.float64, got {dtype}")
        self.rest = checked_choice("rest", rest, RESTS)
        self._shapes = parameter_shapes(target, only)
        self.num_weights = sum(shape.numel() for shape in self._shapes.values())
        self._target_repr = repr(target)
        self._aliases = {alias: name for alias, name in aliases_of(target).items() if name in self._shapes}
        bare, self._roads = without_parameters(target, self._shapes)
        before = next(parameter.dtype for name, parameter in target.named_parameters() if name in self._shapes)
        self.target = convert_rest(bare.to(device=device), before, dtype)
        self._came_trainable = {name: parameter.requires_grad for name, parameter in self.target.named_parameters()}
        if self.rest == "frozen":
            self.target.requires_grad_(False)
        self._renormalised = tuple(name for name in renormalised_weights(target) if name in self._shapes)
        self._recomputes = recomputes(target)

    def weights(self) -> Tensor:
        """The generated parameters as one vector `(p,)`, differentiable."""
        raise NotImplementedError(f"{type(self).__name__} does not say where its weights come from")

    @property
    def num_trainable(self) -> int:
        """How many numbers are trained."""
        return sum(p.numel() for p in self.parameters() if p.requires_grad)

    @property
    def num_kept(self) -> int:
        """How many of the network's parameters are not generated."""
        return sum(p.numel() for p in self.target.parameters())

    def _words_of_rest(self) -> str:
        """How many parameters are not generated, for `extra_repr`; nothing where there are none."""
        trained = sum(p.numel() for p in self.target.parameters() if p.requires_grad)
        what = f"{trained:,} of them trained" if trained else "frozen"
        return f", {self.num_kept:,} other parameters {what}" if self.num_kept else ""

    @property
    def compression(self) -> float:
        """Generated parameters per number that is trained to generate them."""
        rest = sum(p.numel() for p in self.target.parameters() if p.requires_grad)
        return self.num_weights / (self.num_trainable - rest)

    def generate(self) -> dict[str, Tensor]:
        """The generated parameters by name, each in its shape, differentiable; shared ones under their first name."""
        return self._shaped(self.weights())

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The target's output on the generated parameters.

        Raises:
            RuntimeError: within `torch.jit.trace`.
        """
        if torch.jit.is_tracing():  # type: ignore[attr-defined, no-untyped-call]  # PyTorch gives it no types
            raise RuntimeError(
                "a model that generates its weights cannot be traced: trace model.to_classical() instead"
            )
        return self.call_target(self.generate(), *args, **kwargs)

    def call_target(self, generated: Mapping[str, Tensor], *args: Any, **kwargs: Any) -> Any:
        """The target's output on parameters that `generate` gave: once generated, they may serve many calls."""
        generated = dict(generated)
        for name in self._renormalised:  # it is changed in place, which a view must not be
            generated[name] = generated[name].clone()
        for alias, name in self._aliases.items():
            generated[alias] = generated[name]
        for road in self._roads:
            road.fill(self.target, generated)
        if self._recomputes:
            keep_parameters(self.target, generated)
            return self.target(*args, **kwargs)
        try:
            return torch.func.functional_call(self.target, generated, args, kwargs, tie_weights=False)
        finally:
            for road in self._roads:
                road.clear(self.target)

    def to_classical(self) -> nn.Module:
        """The target alone with the generated parameters filled in: a plain module, with nothing that generates.

        Its parameters are leaves of their own that require gradients, those that were kept as they came; shared
        parameters are shared again.
        """
        with torch.no_grad():
            return self._filled(self.generate())

    def _shaped(self, weights: Tensor) -> dict[str, Tensor]:
        parts = torch.split(weights, [shape.numel() for shape in self._shapes.values()])
        return {name: part.view(shape) for (name, shape), part in zip(self._shapes.items(), parts, strict=True)}

    def _filled(self, generated: Mapping[str, Tensor]) -> nn.Module:
        filled = {name: nn.Parameter(tensor.clone()) for name, tensor in generated.items()}
        for alias, name in self._aliases.items():
            filled[alias] = filled[name]
        network = with_parameters(self.target, self._roads, filled)
        for name, trainable in self._came_trainable.items():
            network.get_parameter(name).requires_grad_(trainable)
        return network

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        memo = detached_activations(self.target, memo)
        memo[id(self)] = new = type(self).__new__(type(self))
        new.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return new
