"""Made-up results of Figures 13 and 14, whose answers are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from qtkit.names import PAPER_MODELS

ENVIRONMENTS = ("minigrid-empty-5x5-v0", "minigrid-empty-6x6-v0")


def curves(
    level: Callable[[str, int, str], float] = lambda *_: 0.6,
    deviation: Callable[[str, int, str], float] = lambda *_: 0.3,
    *,
    labels: Iterable[str] = PAPER_MODELS,
    seeds: int = 3,
    baseline_seeds: int = 1,
    environments: Iterable[str] = ENVIRONMENTS,
    episodes: int = 50_000,
) -> pd.DataFrame:
    """Curves that end at `level(label, seed, environment)`; the search has more seeds than all others."""
    episode = np.arange(100, episodes + 1, 100)
    parts = [
        pd.DataFrame(
            {
                "experiment": environment,
                "label": label,
                "seed": seed,
                "run": f"{environment} {label} {seed}",
                "episode": episode,
                "moving_mean": np.float32(level(label, seed, environment) * (1 - np.exp(-episode / 3_000))),
                "moving_std": np.float32(deviation(label, seed, environment)),
            }
        )
        for environment in environments
        for label in labels
        for seed in range(seeds if label == "DiffQAS" else baseline_seeds)
    ]
    return pd.concat(parts, ignore_index=True)


def summaries(frame: pd.DataFrame) -> pd.DataFrame:
    """What belongs to `curves`: a row a run."""
    ends = frame.sort_values("episode", kind="stable").groupby("run", sort=False).last().reset_index()
    told = {
        "episodes_done": ends["episode"],
        "last_5000_return": ends["moving_mean"].astype(float),
        "last_5000_std": ends["moving_std"].astype(float),
        "passed_0.9": np.nan,
        **dict.fromkeys(("greedy_return", "sampled_return", "shortest_return"), 0.5),
        "random_return": 0.2,
        **dict.fromkeys(("greedy_length", "sampled_length", "random_length", "shortest_length"), 9.0),
    }
    return pd.concat([ends[["experiment", "label", "seed", "run"]], pd.DataFrame(told)], axis=1)
