"""Targets that use `torch.utils.checkpoint`: parts of them are called once more, in the backward pass.

There the parameters of the call must still be in place. So these targets keep them until the next call, as plain
attributes beside the empty parameters; those of all other targets are taken away with the end of the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torch import Tensor, nn


def recomputes(target: nn.Module) -> bool:
    """Whether the code of some module names a checkpoint, as `torch.utils.checkpoint.checkpoint` does."""
    return any("checkpoint" in name for module in target.modules() for name in _names_used(type(module)))


def keep_parameters(target: nn.Module, parameters: Mapping[str, Tensor]) -> None:
    """Put them in place until the next call."""
    for name, tensor in parameters.items():
        place, _, attribute = name.rpartition(".")
        vars(target.get_submodule(place))[attribute] = tensor


def drop_parameters(target: nn.Module, names: Iterable[str]) -> None:
    """Take away what `keep_parameters` put there."""
    for name in names:
        place, _, attribute = name.rpartition(".")
        vars(target.get_submodule(place)).pop(attribute, None)


def _names_used(kind: type) -> tuple[str, ...]:
    code = getattr(getattr(kind, "forward", None), "__code__", None)
    return (*code.co_names, *code.co_freevars) if code else ()
