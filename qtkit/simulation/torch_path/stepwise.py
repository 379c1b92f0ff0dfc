"""Circuits of any gates in plain torch, step by step: any device, any number of derivatives."""

from __future__ import annotations

import functools
import math

import torch
from torch import Tensor

from qtkit.simulation.steps import Move, Steps, Turn, angles_of, moved_images, permutes
from qtkit.simulation.torch_path.tables import table


def run_steps(steps: Steps, angles: Tensor, state: Tensor | None = None) -> Tensor:
    """The state `(2**n,)` after a circuit, real if all its gates are, differentiable any number of times.

    Arguments:
        angles: in radians, `(L, A)`.
        state: the one before, which may be complex where the circuit is real; by default the circuit's own start.
            Steps are then those that act on any state, `steps_of(..., from_zero=False)`.
    """
    flat, dtype = angles.reshape(-1), angles.dtype if steps.is_real else angles.dtype.to_complex()
    if state is None:
        state = _start(steps.plus, steps.n, dtype, angles.device)
    elif not steps.is_real:
        state = state.to(dtype)
    for step in steps.steps:
        if isinstance(step, Move):
            sources, signs = _moved(step, steps.n, angles.dtype, angles.device)
            state = state if sources is None else state.index_select(0, sources)
            state = state if signs is None else state * signs
        else:
            state = _turned(state, step, _matrix(step, flat, dtype).to(state.dtype))
    return state


def _turned(state: Tensor, step: Turn, matrix: Tensor) -> Tensor:
    shaped = state.reshape(2**step.wire, 2, -1)
    if step.control is None:
        return (matrix @ shaped).reshape(-1)
    control, wire = step.control, step.wire
    first, second = sorted((control, wire))
    parts = state.reshape(2**first, 2, 2 ** (second - first - 1), 2, -1)
    of_control, of_wire = (1, 3) if control < wire else (3, 1)
    ways = list(parts.unbind(of_control))
    axis = of_wire if of_wire < of_control else of_wire - 1
    ways[step.value] = (matrix @ ways[step.value].movedim(axis, -2)).movedim(-2, axis)
    return torch.stack(ways, of_control).reshape(-1)


def _matrix(step: Turn, flat: Tensor, dtype: torch.dtype) -> Tensor:
    """The product of a turn's gates, `(2, 2)`."""
    gates = [_gate(name, flat[place : place + angles_of(name)], dtype) for name, place in step.gates]
    product: Tensor = functools.reduce(lambda before, gate: gate @ before, gates)
    return product


def _gate(name: str, angles: Tensor, dtype: torch.dtype) -> Tensor:
    if name == "h":
        return torch.tensor([[1, 1], [1, -1]], dtype=dtype, device=angles.device) * math.sqrt(0.5)
    half = angles[0] / 2
    cos, sin = torch.cos(half), torch.sin(half)
    if name == "ry":
        return torch.stack((cos, -sin, sin, cos)).reshape(2, 2).to(dtype)
    zero = torch.zeros_like(cos)
    if name == "rx":
        other = torch.complex(zero, -sin)
        return torch.stack((cos + 0 * other, other, other, cos + 0 * other)).reshape(2, 2)
    if name in ("rz", "rz_back"):
        sin = sin if name == "rz" else -sin
        none = torch.complex(zero, zero)
        return torch.stack((torch.complex(cos, -sin), none, none, torch.complex(cos, sin))).reshape(2, 2)
    phi, lam = (torch.complex(torch.cos(angle), torch.sin(angle)) for angle in (angles[1], angles[2]))
    return torch.stack((torch.complex(cos, zero), -lam * sin, phi * sin, phi * lam * cos)).reshape(2, 2)


@table(maxsize=64)
def _start(plus: tuple[int, ...], n: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    state = torch.ones(1, dtype=dtype, device=device)
    for wire in range(n):
        one = [0.5**0.5, 0.5**0.5] if wire in plus else [1.0, 0.0]
        state = torch.outer(state, torch.tensor(one, dtype=dtype, device=device)).reshape(-1)
    return state


@table(maxsize=64)
def _moved(move: Move, n: int, dtype: torch.dtype, device: torch.device) -> tuple[Tensor | None, Tensor | None]:
    """Where amplitudes come from, and their signs there; None where nothing moves, or no sign changes."""
    images, flips = (torch.from_numpy(array).to(device) for array in moved_images(move, n))
    sources = torch.argsort(images)
    signs = (1 - 2 * flips.to(dtype))[sources] if bool(flips.any()) else None
    return (sources if permutes(move) else None), signs
