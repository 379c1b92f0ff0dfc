"""States and derivatives of circuits of any gates, by the torch path's function transforms, in float64."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation import probabilities
from qtkit.simulation.steps import steps_of
from qtkit.simulation.torch_path.stepwise import run_steps

_AT_ONCE = 2**16  # amplitudes, of as many derivatives of the state as are carried side by side


def any_states(ansatz: Ansatz, angles: np.ndarray, n: int) -> np.ndarray:
    """The states `(S, 2**n)` at `angles` `(S, L, A)`."""
    steps = steps_of(ansatz, n, *angles.shape[1:])
    if not angles.size:  # all states are the same
        states = run_steps(steps, torch.zeros(angles.shape[1:], dtype=torch.float64)).expand(len(angles), -1)
    else:
        states = torch.func.vmap(lambda own: run_steps(steps, own))(torch.from_numpy(angles))
    found: np.ndarray = states.numpy()
    return found


def any_jacobian(ansatz: Ansatz, angles: np.ndarray, n: int) -> np.ndarray:
    """The derivatives `(2**n, L * A)` of all probabilities by all angles, at `angles` `(L, A)`."""

    def of_all(flat: Tensor) -> Tensor:
        return probabilities(ansatz, flat.reshape(angles.shape), n_qubits=n, backend="torch")

    if not angles.size:
        return np.zeros((2**n, 0))
    rows_of = torch.func.jacrev(of_all, chunk_size=max(1, _AT_ONCE >> n))
    jacobian: np.ndarray = rows_of(torch.from_numpy(angles).reshape(-1)).numpy()
    return jacobian
