"""The shares that circuits have of a search's signal at its end, from the runs themselves: `measure_signals`."""

from __future__ import annotations

import numpy as np

from qtkit.claims.search.spaces import Floats, Space
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.runs.store.stored import Store, StoredRun
from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.training import Training


def measure_signals(space: Space, store: Store) -> Floats:
    """Each circuit's share of the signal, `(S, N)`, see `qtkit.generator.search.winners.signal_shares`.

    It takes the angles, which shipped results do not have: the checkpoints in the store that they were exported from.
    Of agents it is the policy's.

    Raises:
        FileNotFoundError: if the store lacks one of the searches, or the data of its task are not there.
        ValueError: for a damaged run.
    """
    return np.array([_shares(space, StoredRun(store.root / space.task / key)) for key in space.runs])


def _shares(space: Space, run: StoredRun) -> list[float]:
    training = run.training()
    model = training.model if isinstance(training, Training) else None
    network = model.policy if isinstance(model, ActorCritic) else model
    if not isinstance(network, QuantumTrain):
        raise ValueError(f"the run {run.path} is of no search: a {type(network).__name__}")
    found = {circuit.ansatz: circuit.share for circuit in network.search.winners()}
    return [found[ansatz] for ansatz in space.circuits]
