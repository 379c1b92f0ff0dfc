"""A target network without its parameters, ready to be called with generated ones."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn


def parameter_shapes(target: nn.Module) -> dict[str, torch.Size]:
    """Name to shape of every parameter, shared ones once, in the order of `state_dict`."""
    if not isinstance(target, nn.Module):
        raise ValueError(f"target must be a torch.nn.Module, got {type(target).__name__}")
    shapes = {}
    for name, parameter in target.named_parameters():
        if nn.parameter.is_lazy(parameter):
            raise ValueError(f"the target's parameter {name!r} has no shape yet: call the target once, then wrap it")
        if not parameter.is_floating_point():
            raise ValueError(f"the target's parameters must be real numbers, but {name!r} is {parameter.dtype}")
        shapes[name] = parameter.shape
    if not sum(shape.numel() for shape in shapes.values()):
        raise ValueError(f"the target {type(target).__name__} has no parameters to generate")
    return shapes


def aliases_of(target: nn.Module) -> dict[str, str]:
    """Every further name of a shared parameter, to its first name."""
    first: dict[int, str] = {}
    aliases = {}
    for name, parameter in target.named_parameters(remove_duplicate=False):
        if first.setdefault(id(parameter), name) != name:
            aliases[name] = first[id(parameter)]
    return aliases


def without_parameters(target: nn.Module) -> nn.Module:
    """A copy of `target` with every parameter None: modules and buffers alone; each call brings the parameters."""
    bare = copy.deepcopy(target)
    for module in bare.modules():
        for name in module._parameters:
            module._parameters[name] = None
        if isinstance(module, nn.RNNBase):
            _forget_flat_weights(module)
            module.register_forward_pre_hook(_take_flat_weights)
            module.register_forward_hook(_forget_flat_weights, always_call=True)
    return bare


# nn.LSTM and its kin keep a list of their weights beside the parameters. It is made anew from each call's generated
# weights, and emptied after the call, since it would keep that call's whole graph alive.
def _take_flat_weights(module: nn.RNNBase, *_: Any) -> None:
    module._init_flat_weights()


def _forget_flat_weights(module: nn.RNNBase, *_: Any) -> None:
    module._flat_weights = [None] * len(module._flat_weights_names)
    module._flat_weight_refs = list(module._flat_weights)


def remove_flat_weight_hooks(module: nn.RNNBase) -> None:
    """Make a copied recurrent layer an ordinary one, with parameters of its own."""
    for hooks in (module._forward_pre_hooks, module._forward_hooks):
        for key in [key for key, hook in hooks.items() if hook in (_take_flat_weights, _forget_flat_weights)]:
            del hooks[key]
            module._forward_hooks_always_called.pop(key, None)
