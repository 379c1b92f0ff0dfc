"""The shared optimiser is PyTorch's fused Adam to the last bit, with that one's kernel or without."""

from __future__ import annotations

import pytest
import torch

from qtkit.tasks import optimisers
from qtkit.tasks.gridworld.a3c.shared_adam import SharedAdam


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("kernel", [True, False], ids=["kernel", "function"])
def test_every_step_is_pytorch_s(monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype, kernel: bool) -> None:
    options = {"betas": (0.92, 0.999), "eps": 1e-7}
    draw = torch.Generator().manual_seed(0)
    ours = torch.randn(157, generator=draw, dtype=dtype)
    theirs = ours.clone()
    shared, adam = SharedAdam(ours, 3e-3, **options), torch.optim.Adam([theirs], lr=3e-3, fused=True, **options)
    steps = [torch.randn(157, generator=draw, dtype=dtype) * 10.0 ** (k % 7 - 3) for k in range(40)]
    for gradient in steps:
        theirs.grad = gradient.clone()
        adam.step()
    if not kernel:
        monkeypatch.setattr(optimisers, "_fused_adam", None)
    for gradient in steps:
        ours.grad = gradient.clone()
        shared.step()
    assert torch.equal(ours, theirs)
    assert shared.steps_done == len(steps) == adam.state[theirs]["step"]
    for moment in ("exp_avg", "exp_avg_sq"):
        assert torch.equal(shared.state[ours][moment], adam.state[theirs][moment])
