"""`qtkit warmup`: compile all kernels into the cache, so that the first training starts at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from qtkit.cli.common import Command

if TYPE_CHECKING:
    import torch


@click.command(cls=Command)
def warmup() -> None:
    """Compile all kernels into the cache, so that the first training starts at once."""
    click.echo(f"kernels ready after {warm_up():.1f} s")


def warm_up(dtypes: Sequence[torch.dtype] | None = None) -> float:
    """Compile all kernels for these dtypes (float32 and float64), unless that was done before; the seconds it took."""
    import torch
    from torch import nn

    from qtkit.circuits.ansatz import CANDIDATES, Ansatz
    from qtkit.generator.diffqas import DiffQAS
    from qtkit.generator.quantum_train import QuantumTrain

    start = time.perf_counter()
    every_structure = (*CANDIDATES, Ansatz(rotation=("rx", "ry", "rz")))
    for dtype in dtypes or (torch.float32, torch.float64):
        DiffQAS(3, 3, every_structure, dtype=dtype)().sum().backward()
        QuantumTrain(nn.Linear(2, 2), 1, dtype=dtype).weights().sum().backward()
        _reinforcement_learning(str(dtype).removeprefix("torch."))
    return time.perf_counter() - start


def _reinforcement_learning(dtype: str) -> None:
    """One step in a world where every step is the last: the kernels of generation, and of A3C's networks."""
    import numpy as np

    from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining
    from qtkit.tasks.gridworld.environment import TableEnvironment
    from qtkit.tasks.gridworld.environment.transitions import TransitionTable

    world = TransitionTable(
        environment="a single step",
        observations=np.zeros((2, 147), np.float32),
        n_live=1,
        next_state=np.ones((1, 7), np.int64),
        terminated=np.ones((1, 7), bool),
        payment=np.zeros((1, 7), np.int64),
        payoff=np.zeros((1, 2)),
        start=0,
        max_steps=1,
    )
    settings = GridworldSettings(environment=world.environment, model="mapping", workers=1, episodes=1, dtype=dtype)
    for _ in GridworldTraining(settings, TableEnvironment(world)):
        pass
