"""What the agent panel offers ready-made, in MiniGrid and elsewhere, and its settings in a few words."""

from __future__ import annotations

from typing import Any

from qtkit.names import counted
from qtkit.panels.training.presets import Presets, changed_words, control, half, model_words
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.readings import SEEING_HEARD

WORLDS = {
    "Empty, 5 × 5": "MiniGrid-Empty-5x5-v0",
    "Empty, 6 × 6": "MiniGrid-Empty-6x6-v0",
}
"""The paper's environments, by the name in the menu."""

PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "paper: all twelve, 10 layers": (
        "The paper's setting: twelve candidates, 10 layers, shared Adam 0.0001, an update every 5 steps.",
        {},
    ),
    "quick: ten times the rate": (
        "As the paper, but with a learning rate of 0.001: something is learned while one watches.",
        {"learning_rate": 1e-3},
    ),
    "sees and hears: 2ⁿP − 1": (
        "Small observations, weights centred, 2ⁿP − 1, an entropy term: agents find the shortest path, and keep it.",
        dict(SEEING_HEARD.changes("gridworld")),
    ),
    **half(),
    "config 8 alone": (
        "A baseline of Figures 13 and 14: one circuit (no H, ent, RY), nothing searched.",
        {"candidates": (8,)},
    ),
    **control("15 numbers a network"),
    "classical networks": (
        "All 6,023 + 5,825 weights trained themselves, nothing generated.",
        {"model": "classical"},
    ),
}
"""Name to what it is and what it sets; what it does not name has its default, but for environment, episodes, workers
and seed, which stay."""

_KEPT = ("environment", "episodes", "workers", "run_as", "seed", "device")

SETS = Presets(PRESETS, GridworldSettings, _KEPT)

OTHER_WORLDS = {
    "CartPole": "CartPole-v1",
    "FrozenLake": "FrozenLake-v1",
    "Acrobot": "Acrobot-v1",
    "MountainCar": "MountainCar-v0",
}
"""Of Gymnasium's own, those that need nothing else."""

OTHER_PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "all twelve, 10 layers": ("Twelve candidates, 10 layers, weights centred; an update every 20 steps.", {}),
    "heard: the mapping sees 2ⁿP − 1": (
        "As above, with probabilities of the size that a network can tell apart.",
        {"probability": "scaled"},
    ),
    **half(),
    **control("a dozen numbers a network"),
    "classical networks": ("All weights trained themselves, nothing generated.", {"model": "classical"}),
}

OTHER_SETS = Presets(OTHER_PRESETS, AgentSettings, (*_KEPT, "max_steps", "agent", "file"))

_SHOWN = (
    *("entropy_weight", "update_every", "discount", "run_as", "probability", "bits", "mapping_scale", "centre"),
    *("angle_init", "structural_init", "observation_scale", "epsilon"),
)
_SHOWN_OF_AGENTS = (*_SHOWN, "max_steps", "reward_scale", "agent")


def sets_of(settings: GridworldSettings) -> Presets[Any]:
    """The presets for settings of this kind."""
    return OTHER_SETS if isinstance(settings, AgentSettings) else SETS


def worlds_of(settings: GridworldSettings) -> dict[str, str]:
    """The environments in the menu for settings of this kind."""
    return OTHER_WORLDS if isinstance(settings, AgentSettings) else WORLDS


def describe(settings: GridworldSettings) -> str:
    """A run in a few words, such as `"Empty-5x5 · 12 circuits × 10 layers · raw · lr 0.0001 · 16 workers · seed 0"`."""
    world = settings.environment.removeprefix("MiniGrid-").removesuffix("-v0")
    shown = _SHOWN_OF_AGENTS if isinstance(settings, AgentSettings) else _SHOWN
    parts = [world, *model_words(settings, "classical networks"), f"lr {settings.learning_rate:g}"]
    parts.append(counted(settings.workers, "worker"))
    return " · ".join([*parts, *changed_words(settings, shown), f"seed {settings.seed}"])
