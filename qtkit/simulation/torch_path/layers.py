"""The layers of a batch of circuits, and the way back through them without having kept a state of each."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad

from qtkit.simulation.torch_path.batch import Batch
from qtkit.simulation.torch_path.precision import full_precision
from qtkit.simulation.torch_path.products import multiply, overlap_last, select
from qtkit.simulation.transforms import is_transformed


def run_layers(batch: Batch, angles: Tensor, sources: Tensor | None = None) -> Tensor:
    """The states `(B, 2**n)` after all layers, differentiable any number of times.

    Arguments:
        angles: in radians, `(L, n)` or `(N, L, n)`.
        sources: the states before the first layer, `(B, 2**n)`; by default the circuits' own start states.
    """
    if batch.depth == 0:
        return _start_states(batch) if sources is None else sources
    if is_transformed() or _has_tangent(angles) or (sources is not None and _has_tangent(sources)):
        return _run(batch, angles, sources)
    # A copy: an optimiser may change the angles before the gradient is asked for.
    states: Tensor = _Layers.apply(batch, angles.clone(), sources)
    return states


def _run(batch: Batch, angles: Tensor, sources: Tensor | None) -> Tensor:
    """`run_layers` in operations that PyTorch can differentiate in every way."""
    with full_precision(batch.device):
        matrices = batch.matrices(angles)
        if sources is None:
            states, done = _after_first_layer(batch, [group[:, 0] for group in matrices]), 1
        else:
            states, done = sources, 0
        transposed = [group.mT.expand(len(batch), -1, -1, -1).unbind(1) for group in matrices]
        for layer in range(done, batch.depth):
            states = select(states.reshape(1, -1), batch.sources)
            for group in transposed:
                states = multiply(states, group[layer])
        return states.reshape(len(batch), -1)


class _Layers(torch.autograd.Function):
    """`_run` with its gradient written out: rotations and CNOTs are undone one by one, state and cotangent together.

    What is kept is the last state alone. Undoing a layer costs as much as doing it and spares the traffic of states
    that are kept; layers are orthogonal or unitary, so that rounding does not grow.
    """

    @staticmethod
    def forward(ctx: Any, batch: Batch, angles: Tensor, sources: Tensor | None) -> Tensor:
        states = _run(batch, angles, sources)
        ctx.batch = batch
        ctx.save_for_backward(angles, sources, states)
        return states

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[None, Tensor, Tensor | None]:
        angles, sources, states = ctx.saved_tensors
        wanted = sources is not None and ctx.needs_input_grad[2]
        if not (torch.is_grad_enabled() or is_transformed()):
            by_angle, by_source = _undo(ctx.batch, angles, states, upstream, to_sources=wanted)
        else:
            with torch.enable_grad():
                again = _run(ctx.batch, angles, sources)
                inputs = [angles, sources] if wanted else [angles]
                by_angle, *rest = torch.autograd.grad(again, inputs, upstream, create_graph=True)
            by_source = rest[0] if wanted else None
        return None, by_angle, by_source


def _undo(
    batch: Batch, angles: Tensor, states: Tensor, upstream: Tensor, *, to_sources: bool
) -> tuple[Tensor, Tensor | None]:
    """The derivatives by `angles`, and `to_sources`, given that by the last `states`, `(B, 2**n)`."""
    with full_precision(batch.device):
        rows = len(batch)
        transposed = [
            (group.expand(2 * rows, -1, -1, -1) if len(group) == 1 else torch.cat([group, group])).conj().unbind(1)
            for group in batch.matrices(angles)  # the inverse of a rotation, transposed, is its conjugate
        ]
        overlaps: list[list[Tensor]] = [[] for _ in transposed]
        pair = torch.cat([states, upstream])  # (2 * B, 2**n)
        for layer in reversed(range(batch.depth)):
            for group, k, found in zip(transposed, batch.sizes, overlaps, strict=True):
                pair = multiply(pair, group[layer])
                found.append(overlap_last(pair, rows, 2**k))
            if layer or to_sources:
                pair = select(pair.reshape(2, -1), batch.images)
        by_angle = batch.angle_gradient([torch.stack(found[::-1]) for found in overlaps], angles)
        return by_angle, pair.reshape(2, rows, -1)[1] if to_sources else None


def _has_tangent(tensor: Tensor) -> bool:
    """Whether PyTorch's forward mode carries a derivative along."""
    return forward_ad.unpack_dual(tensor).tangent is not None


def _start_states(batch: Batch) -> Tensor:
    """The states before the first layer, `(B, 2**n)`."""
    return _tensor_product(batch.start_vectors)


def _after_first_layer(batch: Batch, matrices: Sequence[Tensor]) -> Tensor:
    """The states after the first layer: products still, for CNOTs leave all start states as they are."""
    vectors = [(group * start[:, None]).sum(-1) for group, start in zip(matrices, batch.start_vectors, strict=True)]
    return _tensor_product(vectors)


def _tensor_product(vectors: Sequence[Tensor]) -> Tensor:
    """Of each row's vectors, `(B, 2**k)` each, `(B, 2**n)`."""
    return functools.reduce(lambda left, right: (left[:, :, None] * right[:, None, :]).reshape(len(left), -1), vectors)
