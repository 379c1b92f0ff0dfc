"""A3C in any environment of Gymnasium's, with the paper's kind of networks or one's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from qtkit.tasks.agents.places import find_agent
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.a3c.own_networks import OwnNetworks
from qtkit.tasks.gridworld.environment import Environment, open_environment
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.gridworld.training import GridworldTraining, Record


class AgentTraining(GridworldTraining):
    """One A3C run in any environment; all it can do is in `GridworldTraining` and `Training`.

    Arguments:
        settings: what to train, where, and how.
        data: the environment; by default the one the settings name, see `open_environment`.

    Raises:
        FileNotFoundError, ValueError: as `open_environment`, `find_agent` and `QuantumTrain` do, or if `data` is
            another environment than the settings'.

    Example:
        >>> for record in AgentTraining(AgentSettings(model="classical", episodes=100)):
        ...     print(record.episode, record.returns)
    """

    settings_class = AgentSettings
    settings: AgentSettings
    task_name = "a training of an agent"
    free_settings = GridworldTraining.free_settings | {"file"}

    def describe(self) -> dict[str, Any]:
        """As that of all trainings; with the code of networks of one's own."""
        return super().describe() | ({} if self._agent is None else {"code": self._agent.code})

    def _open(self, settings: GridworldSettings) -> Environment:
        assert isinstance(settings, AgentSettings)
        find_agent(settings)  # whose file may register the environment
        return open_environment(settings.environment, settings.max_steps)

    def _own_networks(self, settings: GridworldSettings) -> OwnNetworks | None:
        assert isinstance(settings, AgentSettings)
        self._agent = find_agent(settings)
        return self._agent

    def _data_tensors(self) -> dict[str, Tensor]:
        if self._agent is None:
            return super()._data_tensors()
        code = torch.tensor(list(bytes.fromhex(self._agent.code)), dtype=torch.uint8, device="cpu")
        return super()._data_tensors() | {"code": code}


def train(settings: AgentSettings, data: Environment | None = None) -> Iterator[Record]:
    """The records of a run, round by round: `iter(AgentTraining(settings, data))`."""
    return iter(AgentTraining(settings, data))
