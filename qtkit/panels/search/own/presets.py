"""What the search panel offers ready-made for a task of one's own, and its settings in a few words."""

from __future__ import annotations

from typing import Any

from qtkit.panels.training.presets import Presets, changed_words, control, half, model_words
from qtkit.tasks.own.settings import OwnSettings

PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "all twelve, 10 layers": ("Twelve candidates, 10 layers; the mapping is shown P, as the paper writes it.", {}),
    **half(),
    "circuit heard: 2ⁿP − 1": (
        "The mapping is shown 2ⁿP − 1 instead of the tiny probability P: now the circuit shapes the weights.",
        {"probability": "scaled"},
    ),
    "config 5 alone": ("A baseline of Table I: one circuit (H, cyc, RY), nothing searched.", {"candidates": (5,)}),
    **control("The numbers of the mapping"),
    "the network itself": ("All weights trained themselves, nothing generated.", {"model": "classical"}),
}
"""Name to what it is and what it sets; whatever it does not name keeps its default, the task and how it learns stay."""

SETS = Presets(
    PRESETS, OwnSettings, ("task", "file", "seed", "epochs", "batch_size", "learning_rate", "dtype", "device")
)

_SHOWN = (
    *("batch_size", "probability", "bits", "mapping_scale", "centre", "angle_init", "structural_init"),
    *("train_angles", "chunk", "mapping_hidden", "shots", "noise"),
)


def describe(settings: OwnSettings) -> str:
    """A run in a few words, such as `"clothes · 12 circuits × 10 layers · raw · lr 0.001 · seed 0"`."""
    parts = [settings.task, *model_words(settings, "the network itself"), f"lr {settings.learning_rate:g}"]
    return " · ".join([*parts, *changed_words(settings, _SHOWN), f"seed {settings.seed}"])
