"""Where an agent of one's own is written, and how it is found again: `find_agent`, `place_agent`, `is_agent`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qtkit.tasks.agents.known import KNOWN, AnyAgent
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.own.places import Place, check_version, find_part, place_part, read_place
from qtkit.tasks.own.sources import maker_of

if TYPE_CHECKING:
    from qtkit.tasks.agents.agent import Agent


def find_agent(settings: AgentSettings) -> Agent | None:
    """The agent that settings name; None if they name none. A file that has changed since is read anew.

    Raises:
        FileNotFoundError: if there is no such file or module.
        ValueError: if it cannot be read, if there is no such agent, or if a notebook has made another one of this name
            since the settings were.
    """
    if settings.agent is None:
        return None
    agent = cast("Agent", find_part("agent", settings.agent, settings.file, AnyAgent, KNOWN))
    check_version("agent", settings.agent, settings.version, agent.version)
    return agent


def place_agent(agent: Agent) -> Place:
    """Where `agent` is written; one of a notebook is known by its name from then on.

    Raises:
        ValueError: if it has neither a variable nor a name.
    """
    return place_part("an agent", agent, agent.name, KNOWN)


def is_agent(text: str) -> bool:
    """Whether what is written at such a place, `my_file.py:agent`, is an agent; by its text, or else by running it."""
    try:
        place = read_place(text)
        maker = maker_of(place)
        if maker in ("Agent", "Task"):
            return maker == "Agent"
        return find_agent(AgentSettings(agent=place.task, file=place.file)) is not None
    except (FileNotFoundError, ValueError):
        return False
