"""The target network without its parameters, ready to be called with generated ones."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping

import torch
from torch import nn

from qtkit.generator.target.flat_weights import bring_flat_weights, remove_flat_weight_hooks
from qtkit.generator.target.parameter_names import Patterns, selected_names
from qtkit.generator.target.recomputing import drop_parameters
from qtkit.generator.target.roads import Road, find_roads, kept_activations, refuse_hidden_roads


def parameter_shapes(target: nn.Module, only: Patterns = None) -> dict[str, torch.Size]:
    """Name to shape of every parameter that is generated, shared ones once, in the order of `state_dict`.

    Raises:
        ValueError: if there is none, or if one has no shape yet or is not real; for a pattern that fits no name.
    """
    if not isinstance(target, nn.Module):
        raise ValueError(f"target must be a torch.nn.Module, got {type(target).__name__}")
    if isinstance(target, torch.jit.ScriptModule):
        raise ValueError("target is compiled by TorchScript, which keeps its weights: give the module it was made from")
    chosen = selected_names(target, only)
    shapes = {}
    for name, parameter in target.named_parameters():
        if name not in chosen:
            continue
        if nn.parameter.is_lazy(parameter):
            raise ValueError(f"the target's parameter {name!r} has no shape yet: call the target once, then wrap it")
        if not parameter.is_floating_point():
            raise ValueError(f"the target's parameters must be real numbers, but {name!r} is {parameter.dtype}")
        shapes[name] = parameter.shape
    if not sum(shape.numel() for shape in shapes.values()):
        which = "parameters" if only is None else "numbers in its chosen parameters"
        raise ValueError(f"the target {type(target).__name__} has no {which} to generate")
    return shapes


def aliases_of(target: nn.Module) -> dict[str, str]:
    """Every further name of a shared parameter, to its first name."""
    first: dict[int, str] = {}
    aliases = {}
    for name, parameter in target.named_parameters(remove_duplicate=False):
        if first.setdefault(id(parameter), name) != name:
            aliases[name] = first[id(parameter)]
    return aliases


def without_parameters(target: nn.Module, generated: Collection[str]) -> tuple[nn.Module, tuple[Road, ...]]:
    """A copy of `target` with the `generated` parameters None, and their second roads: each call brings them.

    Arguments:
        generated: first names of parameters; all others are kept.

    Raises:
        ValueError: for a network that generated parameters cannot reach as a whole.
    """
    refuse_hidden_roads(target, generated)
    bare = copy_network(target)
    roads = find_roads(bare, generated)
    for road in roads:
        road.clear(bare)
    gone = {id(parameter) for name, parameter in bare.named_parameters() if name in generated}
    for module in bare.modules():
        emptied = [name for name, parameter in module._parameters.items() if id(parameter) in gone]
        for name in emptied:
            module._parameters[name] = None
        if isinstance(module, nn.RNNBase) and emptied:
            bring_flat_weights(module)
    return bare, roads


def with_parameters(bare: nn.Module, roads: tuple[Road, ...], parameters: Mapping[str, nn.Parameter]) -> nn.Module:
    """A plain network: a copy of `bare` that has these parameters, by all their names, as its own."""
    network = copy_network(bare)
    drop_parameters(network, parameters)
    for name, parameter in parameters.items():
        place, _, attribute = name.rpartition(".")
        setattr(network.get_submodule(place), attribute, parameter)
    for road in roads:
        road.fill(network, parameters)
    for module in network.modules():
        if isinstance(module, nn.RNNBase):
            remove_flat_weight_hooks(module)
    return network


def copy_network(network: nn.Module, memo: dict[int, object] | None = None) -> nn.Module:
    """A deep copy; of activations that the network keeps it has the values, without the graph they came from."""
    return copy.deepcopy(network, detached_activations(network, memo))


def detached_activations(network: nn.Module, memo: dict[int, object] | None = None) -> dict[int, object]:
    """A memo for `copy.deepcopy`, which refuses results of computations: their values instead."""
    memo = {} if memo is None else memo
    memo.update({id(tensor): tensor.detach().clone() for tensor in kept_activations(network)})
    return memo


def convert_rest(network: nn.Module, before: torch.dtype, dtype: torch.dtype) -> nn.Module:
    """Buffers and kept parameters of the dtype `before`, such as running means, follow to `dtype`; all others stay."""
    if dtype != before:
        for parameter in network.parameters():
            if parameter.dtype == before:
                parameter.data = parameter.data.to(dtype)
        for module in network.modules():
            for name, buffer in module._buffers.items():
                if buffer is not None and buffer.dtype == before:
                    module._buffers[name] = buffer.to(dtype)
    return network


def renormalised_weights(target: nn.Module) -> tuple[str, ...]:
    """The weights that a call changes in place: those of embeddings with a `max_norm`."""
    return tuple(
        f"{name}.weight" if name else "weight"
        for name, module in target.named_modules()
        if isinstance(module, nn.Embedding | nn.EmbeddingBag) and module.max_norm is not None
    )
