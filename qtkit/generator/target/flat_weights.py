"""Recurrent layers keep a list of their weights beside the parameters: filled for a call, emptied after it."""

from __future__ import annotations

import types
from typing import Any

import torch
from torch import nn


def bring_flat_weights(module: nn.RNNBase) -> None:
    """From now on the list is made anew from each call's weights, and emptied after the call.

    Else it would keep the first weights in use, and the last call's whole graph alive.
    """
    _forget_flat_weights(module)
    vars(module)["_init_flat_weights"] = types.MethodType(_init_flat_weights, module)
    module.register_forward_pre_hook(_take_flat_weights)
    module.register_forward_hook(_forget_flat_weights, always_call=True)


def _init_flat_weights(module: nn.RNNBase) -> None:
    """PyTorch's own, where there are weights: moving a bare layer calls it too, and would compute parametrised ones."""
    if next(module.parameters(), None) is None:
        _forget_flat_weights(module)
    else:
        type(module)._init_flat_weights(module)


def _take_flat_weights(module: nn.RNNBase, *_: Any) -> None:
    module._init_flat_weights()


def _forget_flat_weights(module: nn.RNNBase, *_: Any) -> None:
    module._flat_weights = [None] * len(module._flat_weights_names)
    module._flat_weight_refs = list(module._flat_weights)


def remove_flat_weight_hooks(module: nn.RNNBase) -> None:
    """Make a copied recurrent layer an ordinary one, with parameters of its own."""
    vars(module).pop("_init_flat_weights", None)
    for hooks in (module._forward_pre_hooks, module._forward_hooks):
        for key in [key for key, hook in hooks.items() if hook in (_take_flat_weights, _forget_flat_weights)]:
            del hooks[key]
            module._forward_hooks_always_called.pop(key, None)
    if None in module._flat_weights:  # those that are computed from others, by torch.nn.utils.parametrize
        with torch.no_grad():
            module._init_flat_weights()
