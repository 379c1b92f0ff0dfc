"""`HandedOver`: what the page gave to Python, and the very `QuantumTrain` that it trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.generator.quantum_train import QuantumTrain


@dataclass(frozen=True)
class PlaygroundSettings:
    """What is set on the page.

    Attributes:
        data: `"moons"`, `"circles"`, `"xor"`, `"spirals"`, or `"own"` for points placed by hand.
        noise: standard deviation of the points, in half-widths of the data.
        hidden: widths of the two hidden layers.
        probability: what the mapping sees of P, see `qtkit.QuantumTrain`.
        depth: L, layers of each candidate.
        candidates: numbers of the circuits that take part, in Table I, ascending.
        rate: of Adam.
        seed: of the start and of the data.
    """

    data: str
    noise: float
    hidden: tuple[int, int]
    probability: str
    depth: int
    candidates: tuple[int, ...]
    rate: float
    seed: int


@dataclass(frozen=True)
class HandedOver:
    """The state of a playground, as its page gave it.

    Attributes:
        settings: what was set.
        step: how many steps of Adam were done.
        loss: mean binary cross entropy on the points to train on; None if there are none of both classes.
        angles: Θ in radians, float64 `(L, n)`.
        structural_weights: float64 `(N,)`.
        mapping: float64 `(n + 2,)`: of the bits, of the probability, the bias.
        train, test: the points, float64 `(B, 3)`: x, y and the class, 0 or 1.
    """

    settings: PlaygroundSettings
    step: int
    loss: float | None
    angles: Tensor
    structural_weights: Tensor
    mapping: Tensor
    train: Tensor
    test: Tensor

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> HandedOver:
        """From the page's message.

        Raises:
            ValueError: if the page has sent nothing yet.
        """
        if not content:
            raise ValueError("the playground has handed nothing over: show it in a cell and let its page come up first")
        given = content["settings"]
        settings = PlaygroundSettings(
            data=given["data"],
            noise=float(given["noise"]),
            hidden=(given["hidden"][0], given["hidden"][1]),
            probability=given["reading"],
            depth=given["depth"],
            candidates=tuple(given["candidates"]),
            rate=float(given["rate"]),
            seed=given["seed"],
        )
        return cls(
            settings=settings,
            step=content["step"],
            loss=content["loss"],
            angles=_numbers(content["angles"]),
            structural_weights=_numbers(content["structural_weights"]),
            mapping=_numbers(content["mapping"]),
            train=_numbers(content["train"]).reshape(-1, 3),
            test=_numbers(content["test"]).reshape(-1, 3),
        )

    def to_model(self) -> QuantumTrain:
        """The network with its generator, float64: points `(B, 2)` to logits `(B, 1)`, as on the page."""
        s = self.settings
        first, second = s.hidden
        network = nn.Sequential(
            nn.Linear(2, first), nn.Tanh(), nn.Linear(first, second), nn.Tanh(), nn.Linear(second, 1)
        )
        candidates = [CANDIDATES[number - 1] for number in s.candidates]
        model = QuantumTrain(network, s.depth, candidates, probability=s.probability, dtype=torch.float64)
        with torch.no_grad():
            model.search.angles.copy_(self.angles)
            model.search.structural_weights.copy_(self.structural_weights)
            assert isinstance(model.mapping, nn.Linear)
            model.mapping.weight.copy_(self.mapping[None, :-1])
            model.mapping.bias.copy_(self.mapping[-1:])
        return model


def _numbers(values: Any) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)
