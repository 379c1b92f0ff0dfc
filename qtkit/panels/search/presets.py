"""What the search panel offers ready-made, and its settings in a few words."""

from __future__ import annotations

from typing import Any

from qtkit import paper
from qtkit.panels.training.presets import Presets, changed_words, control, half, model_words
from qtkit.tasks.images.settings import ImageSettings

DATASETS = {"mnist": "MNIST", "fashion": "Fashion"}

PAIRS = {
    f"{DATASETS[pair.dataset]} {pair.classes[0]} / {pair.classes[1]}": (pair.dataset, pair.classes)
    for pair in paper.PAIRS.values()
}
"""The paper's three pairs of classes, by the name in the menu."""

PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "paper: all twelve, 15 layers": (
        "The paper's sizes: twelve candidates, 15 layers, Adam 0.001, batches of 100. The rest: so that it learns.",
        {"model": "diffqas", "candidates": tuple(range(1, 13)), "depth": 15, "epochs": 10, "source": "auto"},
    ),
    "fast: 6 layers, the sample": (
        "All twelve, but six layers and the 1,990 digits that come with qtkit: for slow machines and first tries.",
        {"model": "diffqas", "candidates": tuple(range(1, 13)), "depth": 6, "epochs": 10, "source": "sample"},
    ),
    **half(model="diffqas", depth=15, epochs=10, source="auto"),
    "circuit heard: 2ⁿP − 1": (
        "The mapping is shown 2ⁿP − 1 instead of the tiny probability P: now the circuit shapes the weights.",
        {"model": "diffqas", "depth": 15, "epochs": 10, "source": "auto", "probability": "scaled"},
    ),
    "config 5 alone": (
        "A baseline of Table I: one circuit (H, cyc, RY), nothing searched.",
        {"model": "diffqas", "candidates": (5,), "depth": 15, "epochs": 10, "source": "auto"},
    ),
    **control("19 numbers", epochs=10, source="auto"),
}
"""Name to what it is and what it sets; whatever it does not name keeps its default, pair of classes and seed stay."""

SETS = Presets(
    PRESETS, ImageSettings, ("dataset", "classes", "seed", "data_dir", "train_limit", "test_limit", "device")
)

_SHOWN = ("probability", "bits", "mapping_scale", "centre", "activation", "pixels", "angle_init", "structural_init")


def describe(settings: ImageSettings) -> str:
    """A run in a few words, such as `"MNIST 1/5 · 12 circuits × 15 layers · raw · lr 0.001 · seed 0"`."""
    parts = [
        f"{DATASETS[settings.dataset]} {settings.classes[0]}/{settings.classes[1]}",
        *model_words(settings, "classical network"),
    ]
    parts += [f"lr {settings.learning_rate:g}", *changed_words(settings, _SHOWN)]
    if settings.train_limit:
        parts.append(f"{settings.train_limit} images")
    return " · ".join([*parts, f"seed {settings.seed}"])
