"""What makes two runs the same: their task, settings and data, as one short hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qtkit.choices import FORMER_PROBABILITIES
from qtkit.seals import digest

YOUNGER: dict[str, Any] = {
    "train_angles": True,
    "observation_scale": 1.0,
    "epsilon": 1e-8,
    "shots": None,
    "noise": 0.0,
    "mapping_hidden": [],
    "hidden_activation": "none",
    "chunk": 1,
    "equal_signals": False,
    "temperature": 1.0,
    "final_temperature": None,
    "annealing_steps": None,
    "straight_through": False,
    "mixture_entropy": 0.0,
}
"""Settings that came after runs had been stored, and their defaults: these leave a run's key as it was."""

FORMER = {"probability": {now: before for before, now in FORMER_PROBABILITIES.items()}}
"""Values of settings that were called otherwise when runs had been stored: a run's key counts the name of then."""


def run_key(task: str, settings: Mapping[str, Any], data: str | None, aside: tuple[str, ...] = ()) -> str:
    """The name of a run: 16 hexadecimal digits that change with any setting but those `aside`, and with the data."""
    counted = {name: value for name, value in settings.items() if name not in aside}
    counted = {name: value for name, value in counted.items() if name not in YOUNGER or value != YOUNGER[name]}
    for name, former in FORMER.items():
        if name in counted:
            counted[name] = former.get(counted[name], counted[name])
    return digest({"task": task, "settings": counted, "data": data})[:16]
