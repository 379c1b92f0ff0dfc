"""`identify`: what an agent's run is known by besides its settings: code that comes with none of the libraries."""

from __future__ import annotations

from qtkit.seals import digest
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.environment.own_code import own_code


def identify(settings: AgentSettings) -> str | None:
    """A digest of the code behind networks of one's own and behind the environment; None if both are known by name."""
    agent = None
    if settings.agent is not None:
        from qtkit.tasks.agents.places import find_agent

        found = find_agent(settings)  # first: its file may register the environment
        agent = found.code if found else None
    environment = own_code(settings)
    return environment if agent is None else digest({"agent": agent, "environment": environment})
