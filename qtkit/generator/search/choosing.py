"""How logits become choices: a softmax with a temperature, Gumbel noise, and its straight-through form.

Noise is a function of a seed and a step alone: a search that is saved and taken up again goes on with the noise that it
would have had.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qtkit.checks import checked_positive, checked_whole

Temperature = float | Callable[[int], float]
"""A number, or a function of the step."""


@dataclass(frozen=True)
class Annealing:
    """A temperature that falls from `start` to `end` by equal factors in so many steps, and stays there.

    Arguments:
        start, end: positive.
        steps: at least 1.

    Raises:
        ValueError: for a value out of range.

    Example:
        >>> [Annealing(4.0, 1.0, steps=2)(step) for step in (0, 1, 2, 3)]
        [4.0, 2.0, 1.0, 1.0]
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        checked_positive("start", self.start)
        checked_positive("end", self.end)
        checked_whole("steps", self.steps, 1)

    def __call__(self, step: int) -> float:
        """The temperature at this step, 0 the first."""
        fallen: float = (self.end / self.start) ** min(1.0, step / self.steps)
        return self.start * fallen


def checked_temperature(temperature: Any) -> Temperature:
    """A number, or a function of the step that gives one at step 0.

    Raises:
        ValueError: for anything else.
    """
    if callable(temperature):
        checked_positive("temperature(0)", temperature(0))
        schedule: Temperature = temperature
        return schedule
    return checked_positive("temperature", temperature)


def temperature_at(temperature: Temperature, step: int) -> float:
    """What it is at a step."""
    return checked_positive(f"temperature({step})", temperature(step)) if callable(temperature) else temperature


def gumbel_noise(shape: tuple[int, ...], seed: int, step: int) -> Tensor:
    """Independent draws of the standard Gumbel distribution, float64: the same for the same seed and step."""
    state = np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0]
    draws = torch.Generator("cpu").manual_seed(int(state) >> 1)
    uniform = torch.rand(shape, generator=draws, dtype=torch.float64, device="cpu").clamp_min(1e-300)
    return -torch.log(-torch.log(uniform))


def noisy_choice(logits: Tensor, noise: Tensor, temperature: float, *, straight_through: bool) -> Tensor:
    """`softmax((logits + noise) / temperature)` over the last axis, in the logits' shape; differentiable.

    Arguments:
        straight_through: give the largest alone, 1 and else 0, exactly; the gradient is still that of the softmax, and
            so a biased one (Jang et al. 2017, "Categorical reparameterization with Gumbel-softmax").
    """
    noisy = logits + noise.to(logits)
    soft = torch.softmax(noisy / temperature, dim=-1)
    if not straight_through:
        return soft
    hard = torch.zeros_like(soft).scatter(-1, noisy.argmax(-1, keepdim=True), 1.0)
    return hard + (soft - soft.detach())


def entropy(logits: Tensor, temperature: float) -> Tensor:
    """The entropy of `softmax(logits / temperature)` in nats, the mean of all rows: a number, differentiable."""
    logarithms = torch.log_softmax(logits / temperature, dim=-1)
    return -(logarithms.exp() * logarithms).sum(-1).mean()
