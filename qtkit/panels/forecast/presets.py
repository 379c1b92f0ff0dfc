"""What the forecast panel offers ready-made, and its settings in a few words."""

from __future__ import annotations

from typing import Any

from qtkit.panels.training.presets import Presets, changed_words, control, half, model_words
from qtkit.tasks.series.settings import SeriesSettings

SERIES = {
    "Bessel J₂": "bessel",
    "damped pendulum": "damped_shm",
    "delayed quantum control": "delayed_qc",
    "NARMA-5": "narma5",
    "NARMA-10": "narma10",
    "atom before a mirror": "mirror",
    "your own": "own",
}
"""The series, by the name in the menu."""

PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "paper: all twelve, 10 layers": (
        "The paper's setting: twelve candidates, 10 layers, RMSprop 0.01, batches of 10, 100 epochs.",
        {},
    ),
    **half(),
    "config 8 alone": (
        "A baseline of Table II: one circuit (no H, ent, RY), nothing searched.",
        {"candidates": (8,)},
    ),
    **control("13 numbers"),
    "classical LSTM": (
        "All 1,781 weights trained themselves, nothing generated.",
        {"model": "classical"},
    ),
}
"""Name to what it is and what it sets; whatever it does not name keeps its default, series and seed stay."""

SETS = Presets(PRESETS, SeriesSettings, ("dataset", "narma_windows", "file", "column", "seed", "epochs", "device"))

_SHOWN = (
    *("narma_windows", "scaling", "window", "train_share", "batch_size", "probability", "bits", "mapping_scale"),
    *("centre", "angle_init", "structural_init"),
)


def describe(settings: SeriesSettings) -> str:
    """A run in a few words, such as `"Bessel J₂ · 12 circuits × 10 layers · raw · lr 0.01 · seed 0"`."""
    series = next(name for name, dataset in SERIES.items() if dataset == settings.dataset)
    parts = [series, *model_words(settings, "classical LSTM"), f"lr {settings.learning_rate:g}"]
    return " · ".join([*parts, *changed_words(settings, _SHOWN), f"seed {settings.seed}"])
