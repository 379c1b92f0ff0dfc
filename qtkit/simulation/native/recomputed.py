"""The weighted sum of circuits on the CPU in less memory: states are computed again where the gradient needs them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.grouping import group_candidates
from qtkit.simulation.native import ensembles as native


def ensemble(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor, n: int) -> Tensor:
    """As `ensembles.ensemble`, keeping no states between value and gradient."""
    total: Tensor = _Recomputed.apply(candidates, angles, weights, n)
    return total


class _Recomputed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor, n: int) -> Tensor:
        ctx.candidates, ctx.n = candidates, n
        ctx.save_for_backward(angles.clone(), weights.clone())  # an optimiser may change them before the gradient
        return native.ensemble(candidates, angles.detach(), weights.detach(), n)  # no gradient: nothing is kept

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[None, Tensor, Tensor, None]:
        if torch.is_grad_enabled():
            raise RuntimeError(
                "the compiled circuits can be differentiated once; a second derivative needs backend='torch'"
            )
        angles, weights = ctx.saved_tensors
        by_angle, by_weight = torch.zeros_like(angles), torch.zeros_like(weights)
        shared = angles.ndim == 2
        grouping = group_candidates(ctx.candidates, angles.shape[-2], ctx.n, shared=shared)
        for part in grouping.by_cnots():  # so that no more than the states of one part are there at a time
            indices = part.candidates()
            own_angles = (angles if shared else angles[indices]).detach().requires_grad_()
            own_weights = weights[indices].detach().requires_grad_()
            with torch.enable_grad():
                total = native.ensemble(tuple(ctx.candidates[j] for j in indices), own_angles, own_weights, ctx.n)
            gradients = torch.autograd.grad(total, (own_angles, own_weights), upstream)
            if shared:
                by_angle += gradients[0]
            else:
                by_angle[indices] = gradients[0]
            by_weight[indices] = gradients[1]
            del total
        return None, by_angle, by_weight, None
