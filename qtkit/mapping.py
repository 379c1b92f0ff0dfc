"""The mapping model of Quantum-Train (eq. 4): from bit strings and probabilities to the weights of a network.

One linear layer on `[n bits, probability]` for each of the first p basis states. Its gradient is written out here: the
bits of index i are those of its high half and of its low half, so two small tables stand for all `2**n` bit strings,
and no step handles more than p numbers at a time.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def generated_weights(
    weight: Tensor, bias: Tensor, probabilities: Tensor, high_bits: Tensor, low_bits: Tensor, count: int
) -> Tensor:
    """`kappa_i = weight . [bits of i, probability_i] + bias` for the first `count` indices, `(count,)`; differentiable.

    Arguments:
        weight, bias: of the linear layer, `(n + 1,)` and `(1,)`.
        probabilities: or what the mapping is shown of them, `(count,)`.
        high_bits, low_bits: the bits of `0..2**h - 1` and `0..2**(n - h) - 1`, `(2**h, h)` and `(2**(n - h), n - h)`.
    """
    return _Mapping.apply(weight, bias, probabilities, high_bits, low_bits, count)


def bit_table(count: int, kind: str) -> Tensor:
    """The bits of `0..2**count - 1`, most significant first: `(2**count, count)`, of 0 and 1, or -1 and 1 (`"pm1"`)."""
    places = torch.arange(count - 1, -1, -1)
    table = ((torch.arange(2**count)[:, None] >> places) & 1).to(torch.float32)
    return 2 * table - 1 if kind == "pm1" else table


class _Mapping(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, weight: Tensor, bias: Tensor, probabilities: Tensor, high_bits: Tensor, low_bits: Tensor, count: int
    ) -> Tensor:
        ctx.save_for_backward(weight, probabilities, high_bits, low_bits)
        high, of_probability = high_bits.shape[1], weight[-1]
        rows = high_bits @ weight[:high] + bias  # (2**high,)
        affine = rows[:, None] + low_bits @ weight[high:-1]  # (2**high, 2**(n - high)): of the bits alone
        return torch.addcmul(affine.view(-1)[:count], probabilities, of_probability)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        # Of operations that can be differentiated themselves, for second derivatives.
        weight, probabilities, high_bits, low_bits = ctx.saved_tensors
        size = len(low_bits)
        whole, rest = divmod(len(upstream), size)  # full rows of the table, and what is in the last one
        table = upstream[: whole * size].view(whole, size)
        by_row, by_column = table.sum(1), table.sum(0)
        of_high, of_low = by_row @ high_bits[:whole], by_column @ low_bits
        if rest:
            last = upstream[whole * size :]
            of_high, of_low = of_high + last.sum() * high_bits[whole], of_low + last @ low_bits[:rest]
        of_weight = torch.cat([of_high, of_low, (upstream @ probabilities)[None]])
        return of_weight, upstream.sum()[None], upstream * weight[-1], None, None, None
