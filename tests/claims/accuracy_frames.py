"""Made-up results of Figures 5 to 7, whose answers are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from qtkit.names import PAPER_MODELS
from qtkit.paper import PAIRS


def curves(
    level: Callable[[str, int, str], float] = lambda *_: 0.9,
    wobble: Callable[[str, int, str], float] = lambda *_: 0.0,
    *,
    speed: Callable[[str, int, str], float] = lambda *_: 0.5,
    gap: Callable[[str, int, str], float] = lambda *_: 0.01,
    labels: Iterable[str] = PAPER_MODELS,
    seeds: int = 3,
    pairs: Iterable[str] = tuple(PAIRS),
    epochs: int = 20,
) -> pd.DataFrame:
    """Test accuracies that rise from 0.5 to `level(label, seed, pair)` at `speed`, and fall by `wobble` in epoch 10.

    The train accuracy is `gap` above, a loss is 1 minus the accuracy.
    """
    epoch = np.arange(epochs + 1)
    parts = []
    for pair in pairs:
        for label in labels:
            for seed in range(seeds):
                key = (label, seed, pair)
                test = level(*key) + (0.5 - level(*key)) * np.exp(-epoch * speed(*key))
                test[10:11] = test[9:10] - wobble(*key)
                train = test + gap(*key)
                values = {
                    "test_accuracy": test,
                    "train_accuracy": train,
                    "test_loss": 1 - test,
                    "train_loss": 1 - train,
                }
                named = {"experiment": pair, "label": label, "seed": seed, "run": f"{pair} {label} {seed}"}
                parts.append(pd.DataFrame({**named, "epoch": epoch.astype(float), **values}))
    return pd.concat(parts, ignore_index=True)
