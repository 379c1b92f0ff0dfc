"""`qtkit warmup`: compile all kernels into the cache, so that the first training starts at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qtkit.cli.common import FOLDER, Command

if TYPE_CHECKING:
    import torch


@click.command(cls=Command, short_help="Compile all kernels, so that trainings start at once.")
@click.option(
    "--to",
    "folder",
    type=FOLDER,
    help="A folder for them, which the environment's QTKIT_KERNELS names where they are used. It may be read-only "
    "there, and the processor another one: kernels are compiled for this one and for all others of its kind.",
)
def warmup(folder: Path | None) -> None:
    """Compile all kernels into the cache, so that the first training starts at once.

    \b
    For an image that is built on one machine and runs on others:
      qtkit warmup --to /opt/qtkit-kernels
      export QTKIT_KERNELS=/opt/qtkit-kernels
    """  # noqa: D301
    if folder is None:
        click.echo(f"kernels ready after {warm_up():.1f} s")
        return
    for processor, seconds in fill_folder(folder):
        click.echo(f"kernels for {processor} ready after {seconds:.1f} s")
    click.echo(f"to use them: export QTKIT_KERNELS={folder.resolve()}")


def fill_folder(folder: str | Path) -> Iterator[tuple[str, float]]:
    """Compile all kernels into a folder, for this processor and for the kinds it belongs to, one after the other.

    Yields:
        The name of the processor or kind, and the seconds it took.

    Raises:
        OSError: if the folder cannot be made, or what is compiled not be kept.
    """
    from qtkit.simulation.compiling.targets import portable_targets, this_processor

    folder = Path(folder).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for target in (this_processor(), *portable_targets()):
        start = time.perf_counter()
        code = "import sys; from qtkit.cli.warmup import fill_for_one; fill_for_one(sys.argv[1])"
        environment = {**os.environ, **target.environment}  # Numba compiles for one processor a process
        process = subprocess.run(
            [sys.executable, "-c", code, str(folder)], env=environment, capture_output=True, text=True, check=False
        )
        if process.returncode:
            reason = (process.stderr.strip() or f"exit status {process.returncode}").splitlines()[-1]
            raise ChildProcessError(f"kernels for {target.name} could not be compiled into {folder}: {reason}")
        yield target.name, time.perf_counter() - start


def fill_for_one(folder: str) -> None:
    """Compile all kernels into a folder for the processor that Numba is told to compile for."""
    from qtkit.simulation.compiling.cache import KernelCache

    KernelCache.only = Path(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # what cannot be kept has failed here
        warm_up()


def warm_up(dtypes: Sequence[torch.dtype] | None = None) -> float:
    """Compile all kernels for these dtypes (float32 and float64), unless that was done before; the seconds it took."""
    import torch
    from torch import nn

    from qtkit.circuits import CANDIDATES, CZ, RX, RY, Ansatz
    from qtkit.generator.quantum_train import QuantumTrain
    from qtkit.generator.search.diffqas import DiffQAS

    start = time.perf_counter()
    any_gates = (Ansatz(layer=[CZ("ring"), RY()]), Ansatz(layer=[CZ("ring"), RX()]))
    every_structure = (*CANDIDATES, Ansatz(rotation=("rx", "ry", "rz")), *any_gates)
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
