"""How structural weights become the mixture of the candidates: as they are, by a softmax, with Gumbel noise."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from qtkit.generator.search.choosing import Temperature, entropy, gumbel_noise, noisy_choice, temperature_at


class Weighting(nn.Module):
    """What `DiffQAS` does with its structural weights; its arguments `weighting`, `temperature`, `straight_through`.

    Attributes:
        structural_weights: what the optimiser sees; the last axis is that of the candidates.
        step, noise_seed: buffers, where the weighting hangs on them.
    """

    structural_weights: Tensor
    step: Tensor
    noise_seed: Tensor
    weighting: str
    straight_through: bool
    _temperature: Temperature

    def _check_weighting(self) -> None:
        if self.weighting == "raw" and self._temperature != 1:
            raise ValueError("raw weights are not sent through a softmax, and have no temperature")
        if self.straight_through and self.weighting != "gumbel":
            raise ValueError(
                f"straight_through chooses by Gumbel noise: it needs weighting='gumbel', got {self.weighting!r}"
            )

    def _count_steps(self, generator: torch.Generator | None, device: torch.device | str | None) -> None:
        """Buffers for what hangs on the step: they are saved, so that a search goes on as it would have."""
        zero = torch.zeros((), dtype=torch.int64, device="cpu")
        if self.weighting == "gumbel" or callable(self._temperature):
            self.register_buffer("step", zero.to(device))
        if self.weighting == "gumbel":
            seed = torch.randint(2**31, (), generator=generator, dtype=torch.int64, device="cpu")
            self.register_buffer("noise_seed", seed.to(device))

    @property
    def temperature(self) -> float:
        """Of the softmax, at this step."""
        return temperature_at(self._temperature, self.steps_done)

    @property
    def steps_done(self) -> int:
        """How often `advance` was called, where the weighting hangs on it; else 0."""
        return int(self.step) if "step" in self._buffers else 0

    @torch.no_grad()
    def advance(self) -> None:
        """Count a step of the optimiser: the next noise, the next temperature of a schedule. Without both nothing."""
        if "step" in self._buffers:
            self.step += 1

    @torch.no_grad()
    def stand_at(self, step: int) -> None:
        """Be where so many calls of `advance` lead: workers on the same numbers count their steps together."""
        if "step" in self._buffers:
            self.step.fill_(step)

    @property
    def mixture(self) -> Tensor:
        """The effective weights `w`, shape of `structural_weights`: themselves, or their softmax over candidates."""
        if self.weighting == "raw":
            return self.structural_weights
        return torch.softmax(self.structural_weights / self.temperature, dim=-1)

    @property
    def noise(self) -> Tensor:
        """The Gumbel noise of this step, shape of `structural_weights`."""
        shape = tuple(self.structural_weights.shape)
        return gumbel_noise(shape, int(self.noise_seed), self.steps_done).to(self.structural_weights)

    def choice(self) -> Tensor:
        """What the mixture is in training mode: `mixture`, or with Gumbel noise this step's, in its shape."""
        if self.weighting != "gumbel":
            return self.mixture
        return noisy_choice(
            self.structural_weights, self.noise, self.temperature, straight_through=self.straight_through
        )

    def entropy(self) -> Tensor:
        """The entropy of `mixture` in nats, from 0 (one candidate) to `log N` (all alike): add a multiple to the loss.

        A number, differentiable; of stacked blocks the mean.

        Raises:
            ValueError: for raw weights, which are no distribution.
        """
        if self.weighting == "raw":
            raise ValueError("raw weights are no distribution and have no entropy: use weighting='softmax' or 'gumbel'")
        return entropy(self.structural_weights, self.temperature)
