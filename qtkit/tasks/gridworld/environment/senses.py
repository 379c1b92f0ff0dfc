"""`Senses`: how an environment meets networks, which take vectors and give a number an action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Senses:
    """What is made of an environment's observations and actions.

    Attributes:
        n_inputs, n_actions: what a policy takes and gives.
        see: an observation as a vector `(n_inputs,)` float32, the caller's own.
        first_action: the environment's name for action 0.
    """

    n_inputs: int
    n_actions: int
    see: Callable[[Any], NDArray[np.float32]]
    first_action: int = 0
