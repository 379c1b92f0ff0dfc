"""What is timed: value and gradient of the ensemble, and a step of training."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn.functional import cross_entropy

from qtkit import DiffQAS, QuantumTrain
from qtkit.networks import ImageMLP

DEPTH = 15
BATCH = 100  # images of one training step

Step = Callable[[], object]


def seeded(seed: int) -> torch.Generator:
    """A source of random numbers."""
    return torch.Generator().manual_seed(seed)


def ensemble_step(n: int, device: torch.device, dtype: torch.dtype = torch.float32, backend: str = "auto") -> Step:
    """Value and gradient of the whole ensemble."""
    module = DiffQAS(n, DEPTH, angle_init="uniform", generator=seeded(0), dtype=dtype, device=device, backend=backend)
    upstream = torch.randn(2**n, generator=seeded(1)).to(device, dtype)

    def step() -> None:
        module.zero_grad()
        module().backward(upstream)

    return step


def image_step(device: torch.device, backend: str = "auto", *, trial: bool = False) -> Step:
    """One step of training the paper's image classifier on a batch of random pictures; a `trial` has one layer."""
    network = torch.nn.Linear(784, 2) if trial else ImageMLP("tanh", generator=seeded(0))
    model = QuantumTrain(
        network, DEPTH, mapping_scale=0.3, centre=True, generator=seeded(0), device=device, backend=backend
    )
    images = torch.randn(BATCH, 784, generator=seeded(2)).to(device)
    labels = torch.randint(0, 2, (BATCH,), generator=seeded(3)).to(device)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, capturable=device.type == "cuda")

    def step() -> None:
        optimiser.zero_grad()
        cross_entropy(model(images), labels).backward()
        optimiser.step()

    return step
