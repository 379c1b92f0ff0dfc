"""What is known of agents before what they are made of: which objects are any, and those that stand in no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.tasks.own.known import Placed

if TYPE_CHECKING:
    from qtkit.tasks.agents.agent import Agent


class AnyAgent(Placed):
    """The base of `Agent`."""


KNOWN: dict[str, Agent] = {}
"""Agents that stand in no file, by name: those of a notebook, the newest of a name; and what came from elsewhere."""


def remember_agent(name: str, agent: Agent) -> None:
    """Let an agent be known by this name in this process."""
    KNOWN[name] = agent
