"""What the forecast panel offers ready-made, and its settings in a few words."""

from __future__ import annotations

from dataclasses import replace

from qtkit.tasks.series_settings import SeriesSettings

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

PRESETS: dict[str, tuple[str, dict]] = {
    "paper: all twelve, 10 layers": (
        "The paper's setting: twelve candidates, 10 layers, RMSprop 0.01, batches of 10, 100 epochs.",
        {},
    ),
    "half: only those that see Θ": (
        "The six candidates whose probabilities depend on the angles: 2, 5, 7, 8, 10, 11.",
        {"candidates": (2, 5, 7, 8, 10, 11)},
    ),
    "config 8 alone": (
        "A baseline of Table II: one circuit (no H, ent, RY), nothing searched.",
        {"candidates": (8,)},
    ),
    "mapping alone: no circuit": (
        "13 numbers and no circuit at all: what a claim about circuits must be measured against.",
        {"model": "mapping"},
    ),
    "classical LSTM": (
        "All 1,781 weights trained themselves, nothing generated.",
        {"model": "classical"},
    ),
}
"""Name to what it is and what it sets; whatever it does not name keeps its default, series and seed stay."""

_KEPT = ("dataset", "narma_windows", "file", "column", "seed", "epochs", "device")


def preset_settings(name: str, settings: SeriesSettings) -> SeriesSettings:
    """The settings of a preset, for the series, seed and epochs of `settings`.

    Raises:
        ValueError: for an unknown preset.
    """
    if name not in PRESETS:
        raise ValueError(f"unknown preset {name!r}; there are {list(PRESETS)}")
    kept = {key: getattr(settings, key) for key in _KEPT}
    return replace(SeriesSettings(**kept), **PRESETS[name][1])


def preset_of(settings: SeriesSettings) -> str | None:
    """The preset these settings are, if any."""
    return next((name for name in PRESETS if preset_settings(name, settings) == settings), None)


def describe(settings: SeriesSettings) -> str:
    """A run in a few words, such as `"Bessel J₂ · 12 circuits × 10 layers · raw · lr 0.01 · seed 0"`."""
    parts = [next(name for name, dataset in SERIES.items() if dataset == settings.dataset)]
    if settings.model == "diffqas":
        n = len(settings.candidates)
        alone = f"config {settings.candidates[0]}" if isinstance(settings.candidates[0], int) else "one circuit"
        parts.append(f"{alone if n == 1 else f'{n} circuits'} × {settings.depth} layers")
        parts += [settings.weighting] if n > 1 else []
    else:
        parts.append({"mapping": "mapping alone", "classical": "classical LSTM"}[settings.model])
    default = SeriesSettings()
    parts.append(f"lr {settings.learning_rate:g}")
    shown = ("narma_windows", "scaling", "window", "train_share", "batch_size", "probability", "bits", "mapping_scale")
    shown += ("centre", "angle_init", "structural_init")
    parts += [f"{n}={getattr(settings, n)}" for n in shown if getattr(settings, n) != getattr(default, n)]
    return " · ".join([*parts, f"seed {settings.seed}"])
