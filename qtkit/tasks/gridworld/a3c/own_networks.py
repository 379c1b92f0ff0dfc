"""`make_own`: policy and value networks of one's own, made for an environment's sizes and tried before they train."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from qtkit.tasks.gridworld.settings import GridworldSettings

_NAMES = ("policy", "value")


class OwnNetworks(Protocol):
    """Functions that make networks, such as `qtkit.tasks.Agent` has."""

    @property
    def policy(self) -> Callable[[int, int], nn.Module]:
        """Of the numbers of inputs and of actions: a network of observations `(B, inputs)`, logits `(B, actions)`."""

    @property
    def value(self) -> Callable[[int], nn.Module]:
        """Of the number of inputs: a network of observations `(B, inputs)`, values `(B, 1)`."""


def make_own(name: str, own: OwnNetworks, n_inputs: int, n_outputs: int, settings: GridworldSettings) -> nn.Module:
    """The network `"policy"` or `"value"` at its start, in evaluation mode, in which it stays; the seed decides it.

    Raises:
        ValueError: for what is no network, or does not give `n_outputs` numbers for each observation.
    """
    seed = int(np.random.SeedSequence([settings.seed, _NAMES.index(name)]).generate_state(1, np.uint32)[0])
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        try:
            network = own.policy(n_inputs, n_outputs) if name == "policy" else own.value(n_inputs)
        except Exception as error:  # of a function of the user's own
            sizes = f"{n_inputs}, {n_outputs}" if name == "policy" else str(n_inputs)
            raise ValueError(
                f"the function {name} must take the sizes ({sizes}) and return a network ({_told(error)})"
            ) from error
    if not isinstance(network, nn.Module):
        raise ValueError(f"{name} must return a torch.nn.Module, got {type(network).__name__}")
    network.eval()  # no drawn numbers: a run that goes on is the same
    _check_fit(name, network, n_inputs, n_outputs, getattr(torch, settings.dtype))
    return network


@torch.no_grad()
def _check_fit(name: str, network: nn.Module, n_inputs: int, n_outputs: int, dtype: torch.dtype) -> None:
    tried, observations = copy.deepcopy(network).to(dtype), torch.zeros(2, n_inputs, dtype=dtype)
    try:
        outputs = tried(observations)
    except Exception as error:
        raise ValueError(f"the {name} network does not take observations (2, {n_inputs}) ({_told(error)})") from error
    if not isinstance(outputs, Tensor) or outputs.shape != (2, n_outputs):
        got = tuple(outputs.shape) if isinstance(outputs, Tensor) else type(outputs).__name__
        raise ValueError(
            f"for observations (2, {n_inputs}) the {name} network must give (2, {n_outputs}) numbers, got {got}"
        )
    if not list(network.parameters()):
        raise ValueError(f"the {name} network has no parameter to train")


def _told(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"
