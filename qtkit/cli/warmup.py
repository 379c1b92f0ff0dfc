"""Compile all kernels into the cache, so that the first training starts at once: `python -m qtkit.warmup`."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.generator.diffqas import DiffQAS
from qtkit.generator.quantum_train import QuantumTrain


def warm_up(dtypes: Sequence[torch.dtype] = (torch.float32, torch.float64)) -> float:
    """Compile all kernels for these dtypes, unless that was done before; the seconds it took."""
    start = time.perf_counter()
    every_structure = (*CANDIDATES, Ansatz(rotation=("rx", "ry", "rz")))
    for dtype in dtypes:
        DiffQAS(3, 3, every_structure, dtype=dtype)().sum().backward()
        QuantumTrain(nn.Linear(2, 2), 1, dtype=dtype).weights().sum().backward()
        _reinforcement_learning(str(dtype).removeprefix("torch."))
    return time.perf_counter() - start


def _reinforcement_learning(dtype: str) -> None:
    """One step in a world where every step is the last: the kernels of generation, and of A3C's networks."""
    from qtkit.tasks.gridworld.environment import TableEnvironment
    from qtkit.tasks.gridworld.table import TransitionTable
    from qtkit.tasks.gridworld.training import GridworldSettings, GridworldTraining

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


def main() -> None:
    """Compile, and print how long it took."""
    sys.stdout.write(f"kernels ready after {warm_up():.1f} s\n")
