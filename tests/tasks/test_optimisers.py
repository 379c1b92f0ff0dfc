"""The optimisers are PyTorch's to the last bit, and import no compiler."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import torch
from torch import Tensor, nn

from qtkit.tasks.optimisers import Adam, Optimiser, RMSprop

KINDS = {
    "Adam": (Adam, torch.optim.Adam, {"lr": 3e-3}),
    "Adam, fused": (Adam, torch.optim.Adam, {"lr": 1e-2, "betas": (0.92, 0.999), "fused": True}),
    "Adam, upwards": (Adam, torch.optim.Adam, {"lr": 0.1, "maximize": True}),
    "RMSprop": (RMSprop, torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.9, "eps": 1e-6, "foreach": False}),
    "RMSprop, all at once": (RMSprop, torch.optim.RMSprop, {"foreach": True}),
    "Adam, defaults": (Adam, torch.optim.Adam, {}),
    "RMSprop, defaults": (RMSprop, torch.optim.RMSprop, {}),
}
by_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
by_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


def parameters(dtype: torch.dtype = torch.float32) -> list[nn.Parameter]:
    """Of all kinds of shapes: a matrix, one laid out by columns, a vector, a number, nothing."""
    draw = torch.Generator().manual_seed(0)
    shapes = (5, 3), (3, 4), (7,), (), (0, 2)
    tensors = [torch.randn(shape, generator=draw, dtype=dtype) for shape in shapes]
    tensors[1] = tensors[1].t().contiguous().t()
    return [nn.Parameter(tensor) for tensor in tensors]


def gradients(step: int, like: list[nn.Parameter]) -> list[Tensor | None]:
    """Random ones of sizes from 1e-8 to 1e8, some zero; the second parameter has none at first and now and then."""
    draw = torch.Generator().manual_seed(step + 1)
    found: list[Tensor | None] = [
        torch.randn(each.shape, generator=draw, dtype=each.dtype) * 10.0 ** (4 * k * (step % 3 - 1))
        for k, each in enumerate(like)
    ]
    if step % 4 == 0:
        found[1] = None
    if step % 5 == 2:
        found[2] = torch.zeros_like(like[2])
    return found


def take_steps(optimiser: Optimiser | torch.optim.Optimizer, on: list[nn.Parameter], steps: range) -> None:
    for step in steps:
        optimiser.zero_grad()
        assert all(parameter.grad is None for parameter in on)
        for parameter, gradient in zip(on, gradients(step, on), strict=True):
            parameter.grad = gradient
        optimiser.step()


def assert_equal(ours: Optimiser, on: list[nn.Parameter], theirs: torch.optim.Optimizer, there: list[Tensor]) -> None:
    for mine, reference in zip(on, there, strict=True):
        assert mine.equal(reference)
    state, expected = ours.state_dict()["state"], theirs.state_dict()["state"]
    assert state.keys() == expected.keys()
    for k, moments in expected.items():
        assert state[k].keys() == moments.keys()
        for name, moment in moments.items():
            assert state[k][name].dtype == moment.dtype and state[k][name].equal(moment), (k, name)


@by_dtype
@by_kind
def test_fifty_steps_are_those_of_pytorch(kind, dtype):
    ours, theirs, options = kind
    mine, reference = parameters(dtype), parameters(dtype)
    optimiser, expected = ours(mine, **options), theirs(reference, **options)
    take_steps(optimiser, mine, range(50))
    take_steps(expected, reference, range(50))
    assert_equal(optimiser, mine, expected, reference)
    assert not mine[0].equal(parameters(dtype)[0])


@by_dtype
@by_kind
def test_either_goes_on_from_the_other_s_state(kind, dtype):
    ours, theirs, options = kind
    reference = parameters(dtype)
    expected = theirs(reference, **options)
    take_steps(expected, reference, range(20))
    mine = [nn.Parameter(each.detach().clone()) for each in reference]
    optimiser = ours(mine, **options)
    optimiser.load_state_dict(copied(expected.state_dict()))
    take_steps(optimiser, mine, range(20, 35))
    back = [nn.Parameter(each.detach().clone()) for each in mine]
    again = theirs(back, **options)
    again.load_state_dict(copied(optimiser.state_dict()))
    take_steps(optimiser, mine, range(35, 50))
    take_steps(again, back, range(35, 50))
    take_steps(expected, reference, range(20, 50))
    assert_equal(optimiser, mine, expected, reference)
    assert_equal(optimiser, mine, again, back)


def copied(state_dict):
    state = state_dict["state"]
    return {**state_dict, "state": {k: {name: state[k][name].clone() for name in state[k]} for k in state}}


@by_kind
def test_a_loaded_state_is_in_the_parameters_dtype_and_brings_its_options(kind):
    ours, _, options = kind
    wide, narrow = parameters(torch.float64), parameters()
    there, here = ours(wide, **options), ours(narrow, lr=5.0)
    take_steps(there, wide, range(3))
    here.load_state_dict(there.state_dict())
    assert here.param_groups[0]["params"] == narrow
    assert here.param_groups[0] | {"params": 0} == there.param_groups[0] | {"params": 0}
    for state in here.state.values():
        assert {moment.dtype for moment in state.values()} == {torch.float32} and state["step"] > 0


@pytest.mark.parametrize("ours", [Adam, RMSprop])
def test_a_state_of_other_parameters_is_refused(ours):
    optimiser = ours(parameters())
    with pytest.raises(ValueError, match=re.escape("a state of 1 parameters cannot be loaded into an optimiser of 5")):
        optimiser.load_state_dict(ours(parameters()[:1]).state_dict())
    with pytest.raises(ValueError, match="at least one parameter, got none"):
        ours([])


@pytest.mark.parametrize("ours", [Adam, RMSprop])
def test_other_defaults_of_pytorch_change_nothing(ours):
    here = parameters()
    optimiser = ours(here)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        there = parameters(torch.float32)
        other = ours(there)
        take_steps(other, there, range(3))
    finally:
        torch.set_default_dtype(before)
    take_steps(optimiser, here, range(3))
    assert all(mine.equal(theirs) for mine, theirs in zip(here, there, strict=True))
    assert {state["step"].dtype for state in other.state.values()} == {torch.float32}


TRAININGS = """
import sys
from qtkit.tasks.images import ImageSettings, ImageTraining
from qtkit.tasks.series import SeriesSettings, SeriesTraining
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining
for training in (
    ImageTraining(ImageSettings(depth=1, source="sample")),
    SeriesTraining(SeriesSettings(depth=1)),
    GridworldTraining(GridworldSettings(depth=1, workers=2, episodes=2)),
):
    records = [next(training), next(training)]
    training.load_state(training.state())
    records.append(next(training))
    assert records[-1].step > records[1].step > 0
print(sorted(name for name in ("torch._dynamo", "torch._inductor", "sympy") if name in sys.modules))
"""


@pytest.mark.slow
def test_no_training_imports_a_compiler():
    ended = subprocess.run([sys.executable, "-c", TRAININGS], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "[]\n"
