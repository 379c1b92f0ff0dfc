"""The modules that map `[n bits, probability]` to weights: a linear layer, an MLP as the public code has it, any other.

The public Quantum-Train code (github.com/Hon-Hai-Quantum-Computing/QuantumTrain, `MappingModel` of `util.py`) has
hidden layers of 4, 20 and 4 units with nothing between them: its comments say ReLU, its `forward` calls the layers
alone. So `"none"` is the default here too. Such an MLP is one affine map, and is computed as one.
"""

from __future__ import annotations

import copy
import itertools

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from qtkit.checks import checked_choice
from qtkit.choices import HIDDEN_ACTIVATIONS
from qtkit.linear import linear
from qtkit.simulation.transforms import is_transformed

BLOCK = 1 << 16
"""Basis states that a module maps at once."""

_BETWEEN: dict[str, type[nn.Module]] = {"tanh": nn.Tanh, "relu": nn.ReLU}


def make_mapping(
    n_qubits: int,
    chunk: int,
    hidden: tuple[int, ...] = (),
    activation: str = "none",
    *,
    scale: float = 1.0,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> nn.Linear | nn.Sequential:
    """From n + 1 inputs to `chunk` outputs: a linear layer, or an `nn.Sequential` with hidden ones between.

    Each layer starts as `nn.Linear` does; the last times `scale`, and with it all that the mapping gives.
    """
    checked_choice("hidden_activation", activation, HIDDEN_ACTIVATIONS)
    sizes = (n_qubits + 1, *hidden, chunk)
    layers: list[nn.Module] = []
    for place, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        last = place == len(hidden)
        layer = linear(inputs, outputs, scale=scale if last else 1.0, generator=generator, dtype=dtype, device=device)
        if last and not hidden:
            return layer
        layers.append(layer)
        if not last and activation != "none":
            layers.append(_BETWEEN[activation]())
    return nn.Sequential(*layers)


def check_width(mapping: nn.Module, n_qubits: int, chunk: int) -> None:
    """ValueError unless a module maps `(..., n + 1)` to `(..., chunk)`, which a copy of it is tried on."""
    fits = f"it must map (..., {n_qubits + 1}), the bits of {n_qubits} qubits and a probability, to (..., {chunk})"
    trial = copy.deepcopy(mapping).cpu().float().eval()
    try:
        with torch.no_grad():
            given = trial(torch.zeros(2, n_qubits + 1, device="cpu", dtype=torch.float32))
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"the mapping cannot take (2, {n_qubits + 1}): {fits}. It said: {reason}") from error
    if not isinstance(given, Tensor) or given.shape != (2, chunk):
        got = tuple(given.shape) if isinstance(given, Tensor) else type(given).__name__
        raise ValueError(f"the mapping gives {got} for (2, {n_qubits + 1}): {fits}")


def affine_map(mapping: nn.Module) -> tuple[Tensor, Tensor] | None:
    """Weight `(chunk, n + 1)` and bias `(chunk,)` of a mapping that is affine, differentiable; None for another."""
    layers = list(mapping) if type(mapping) is nn.Sequential else [mapping]
    weight: Tensor | None = None
    bias: Tensor | None = None
    for layer in layers:
        if type(layer) is not nn.Linear or layer.bias is None:
            return None
        weight = layer.weight if weight is None else layer.weight @ weight
        bias = layer.bias if bias is None else layer.weight @ bias + layer.bias
    return None if weight is None or bias is None else (weight, bias)


def mapped_by_blocks(mapping: nn.Module, seen: Tensor, high_bits: Tensor, low_bits: Tensor, states: int) -> Tensor:
    """What any module gives for the first `states` indices, `(states, chunk)`, differentiable.

    Only a block's inputs and hidden layers are in memory at a time: for the gradient they are computed again.

    Arguments:
        seen: what is shown of the probabilities, `(2**n,)`.
        high_bits, low_bits: as for `generated_weights`.
    """
    columns = len(low_bits)

    def mapped(begin: int, shown: Tensor) -> Tensor:
        index = torch.arange(begin, begin + len(shown), device=shown.device)
        rows, places = torch.div(index, columns, rounding_mode="floor"), index % columns
        given: Tensor = mapping(torch.cat([high_bits[rows], low_bits[places], shown[:, None]], dim=1))
        return given

    begins = range(0, states, BLOCK)
    blocks = [(begin, seen[begin : min(begin + BLOCK, states)]) for begin in begins]
    if len(blocks) == 1 or is_transformed() or not torch.is_grad_enabled():
        return torch.cat([mapped(*block) for block in blocks])
    return torch.cat([checkpoint(mapped, *block, use_reentrant=False) for block in blocks])
