"""The mapping model of Quantum-Train (eq. 4): from bit strings and probabilities to the weights of a network.

One linear layer on `[n bits, probability]` for each of the first p basis states. Its gradient is written out here: the
bits of index i are those of its high half and of its low half, so two small tables stand for all `2**n` bit strings,
and one pass over p numbers does all. What writes several weights a basis state is `generated_chunks`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from qtkit.simulation.transforms import is_transformed


def generated_weights(
    weight: Tensor,
    bias: Tensor,
    probabilities: Tensor,
    high_bits: Tensor,
    low_bits: Tensor,
    count: int,
    *,
    backend: str = "auto",
) -> Tensor:
    """`kappa_i = weight . [bits of i, probability_i] + bias` for the first `count` indices, `(count,)`; differentiable.

    Arguments:
        weight, bias: of the linear layer, `(n + 1,)` and `(1,)`.
        probabilities: or what the mapping is shown of them, `(2**n,)`.
        high_bits, low_bits: the bits of `0..2**h - 1` and `0..2**(n - h) - 1`, `(2**h, h)` and `(2**(n - h), n - h)`.
        backend: `"torch"` for plain torch, `"numba"` for compiled kernels, on the CPU; `"auto"` takes these there.
    """
    if is_transformed():
        return _on_bits_and(probabilities[:count], weight, *_on_bits(weight, bias, high_bits, low_bits))
    kernels = backend != "torch" and weight.device.type == "cpu"
    kappa: Tensor = _Mapping.apply(weight, bias, probabilities, high_bits, low_bits, count, kernels)
    return kappa


def generated_chunks(
    weight: Tensor, bias: Tensor, probabilities: Tensor, high_bits: Tensor, low_bits: Tensor, states: int
) -> Tensor:
    """`chunk` weights for each of the first `states` indices, `(states, chunk)`; differentiable any number of times.

    Arguments:
        weight, bias: of the linear layer, `(chunk, n + 1)` and `(chunk,)`.
        probabilities, high_bits, low_bits: as for `generated_weights`.
    """
    high = high_bits.shape[1]
    by_row = high_bits @ weight[:, :high].T + bias  # (2**h, chunk)
    by_column = low_bits @ weight[:, high:-1].T  # (2**(n - h), chunk)
    affine = (by_row[:, None] + by_column).flatten(0, 1)[:states]
    return torch.addcmul(affine, probabilities[:states, None], weight[:, -1])


def bit_table(count: int, kind: str) -> Tensor:
    """The bits of `0..2**count - 1`, most significant first: `(2**count, count)`, of 0 and 1, or -1 and 1 (`"pm1"`)."""
    places = torch.arange(count - 1, -1, -1, device="cpu")
    table = ((torch.arange(2**count, device="cpu")[:, None] >> places) & 1).to(torch.float32)
    return 2 * table - 1 if kind == "pm1" else table


class _Mapping(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        weight: Tensor,
        bias: Tensor,
        probabilities: Tensor,
        high_bits: Tensor,
        low_bits: Tensor,
        count: int,
        kernels: bool,
    ) -> Tensor:
        ctx.save_for_backward(weight, probabilities, high_bits, low_bits)
        ctx.kernels = kernels
        by_row, by_column = _on_bits(weight, bias, high_bits, low_bits)
        if not kernels:
            return _on_bits_and(probabilities[:count], weight, by_row, by_column)
        kappa = weight.new_empty(count)
        _kernels().spread(by_row.numpy(), by_column.numpy(), probabilities.numpy(), float(weight[-1]), kappa.numpy())
        return kappa

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        weight, probabilities, high_bits, low_bits = ctx.saved_tensors
        if not ctx.kernels or torch.is_grad_enabled():
            by_row, by_column, of_probability, by_probability = _gathered(upstream, weight, probabilities, low_bits)
        else:
            by_row, by_column = upstream.new_empty(len(high_bits)), upstream.new_empty(len(low_bits))
            by_probability = torch.empty_like(probabilities)
            of_probability = _kernels().gather(
                upstream.contiguous().numpy(),
                probabilities.numpy(),
                float(weight[-1]),
                by_row.numpy(),
                by_column.numpy(),
                by_probability.numpy(),
            )
            of_probability = upstream.new_tensor([of_probability])
        by_weight = torch.cat([by_row @ high_bits, by_column @ low_bits, of_probability])
        return by_weight, by_row.sum()[None], by_probability, None, None, None, None


def _on_bits(weight: Tensor, bias: Tensor, high_bits: Tensor, low_bits: Tensor) -> tuple[Tensor, Tensor]:
    """What the high bits add to a weight, the bias with it, `(2**h,)`, and what the low bits add, `(2**(n - h),)`."""
    high = high_bits.shape[1]
    return high_bits @ weight[:high] + bias, low_bits @ weight[high:-1]


def _on_bits_and(probabilities: Tensor, weight: Tensor, by_row: Tensor, by_column: Tensor) -> Tensor:
    """The whole: `(count,)`, as many as there are `probabilities`."""
    affine = (by_row[:, None] + by_column).reshape(-1)[: len(probabilities)]
    return torch.addcmul(affine, probabilities, weight[-1])


def _gathered(upstream: Tensor, weight: Tensor, probabilities: Tensor, low_bits: Tensor) -> tuple[Tensor, ...]:
    """As the kernel `gather`, for any device and any number of derivatives."""
    missing = len(probabilities) - len(upstream)
    table = torch.nn.functional.pad(upstream, (0, missing)).view(-1, len(low_bits))
    of_probability = (upstream @ probabilities[: len(upstream)])[None]
    return table.sum(1), table.sum(0), of_probability, table.reshape(-1) * weight[-1]


def _kernels() -> Any:
    from qtkit.generator.mapping import kernels as mapping_kernels

    return mapping_kernels
