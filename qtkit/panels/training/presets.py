"""What the panels offer ready-made, and settings in a few words: what is the same for all tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from qtkit.names import CLASSICAL, MAPPING, MODELS, OURS, counted
from qtkit.panels.training.session import SettingsT
from qtkit.tasks.settings import RunSettings

MODEL_MENU = {
    f"{OURS}-QT (search)": "diffqas",
    f"{MAPPING.lower()}, no circuit": "mapping",
    f"{CLASSICAL.lower()} network": "classical",
    "Fourier features, no circuit": "fourier",
    "random subspace, no circuit": "subspace",
    "random distributions, no circuit": "random",
    "hashed weights, no circuit": "hashed",
    "small network": "small",
}
"""What generates the weights, by the name in the menu."""

OF_WEIGHTS = ("temperature", "final_temperature", "annealing_steps", "straight_through", "mixture_entropy")
"""Settings of weights that are a distribution."""

SEEING = (2, 5, 7, 8, 10, 11)
"""The candidates that see Θ: those whose probabilities depend on the angles."""
SEEING_NUMBERS = ", ".join(map(str, SEEING))


@dataclass(frozen=True)
class Presets(Generic[SettingsT]):
    """Settings by name.

    Arguments:
        table: name to what it is, in words, and what it sets; whatever it does not name has its default.
        kind: the settings.
        kept: the names of settings that no preset changes.
    """

    table: Mapping[str, tuple[str, dict[str, Any]]]
    kind: type[SettingsT]
    kept: Sequence[str]

    def settings(self, name: str, settings: SettingsT) -> SettingsT:
        """The settings of a preset; what is kept comes from `settings`.

        Raises:
            ValueError: for an unknown preset.
        """
        if name not in self.table:
            raise ValueError(f"unknown preset {name!r}; there are {list(self.table)}")
        kept = {key: getattr(settings, key) for key in self.kept}
        return self.kind.from_dict({**kept, **self.table[name][1]})  # what is kept may be stored of before

    def of(self, settings: SettingsT) -> str | None:
        """The preset these settings are, if any."""
        return next((name for name in self.table if self.settings(name, settings) == settings), None)


def half(**more: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """The preset of the candidates that see Θ; `more` is what it sets besides."""
    text = f"The six candidates whose probabilities depend on the angles: {SEEING_NUMBERS}."
    return {"half: only those that see Θ": (text, {"candidates": SEEING, **more})}


def control(trained: str, **more: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """The preset of the mapping alone; `trained` is what is left, such as `"13 numbers"`."""
    text = f"{trained} and no circuit at all: what a claim about circuits must be measured against."
    return {f"{MAPPING.lower()}: no circuit": (text, {"model": "mapping", **more})}


def model_words(settings: RunSettings, classical: str) -> list[str]:
    """The model in a few words, such as `["12 circuits × 15 layers", "raw"]`; `classical` is the network's name."""
    if settings.model != "diffqas":
        return [classical if settings.model == "classical" else MODELS[settings.model].lower()]
    n = len(settings.candidates)
    alone = f"config {settings.candidates[0]}" if isinstance(settings.candidates[0], int) else "one circuit"
    mixed = [settings.weighting, *changed_words(settings, OF_WEIGHTS)] if n > 1 else []
    return [f"{alone if n == 1 else f'{n} circuits'} × {counted(settings.depth, 'layer')}", *mixed]


def changed_words(settings: RunSettings, names: Sequence[str]) -> list[str]:
    """Those settings out of `names` that have not their default, such as `["bits=pm1"]`."""
    default = type(settings)()
    return [f"{name}={getattr(settings, name)}" for name in names if getattr(settings, name) != getattr(default, name)]
