"""Figures (plotly) of weights, training and what was generated; all readable on light and dark pages.

A kind of figure a file, such as `accuracy`, `series` or `weights`; `style` and `models` are how they look. `live/` is
what panels show while a training goes on, `moving/` what plays without a kernel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.names import candidate_name
    from qtkit.plots.accuracy import accuracy_curves
    from qtkit.plots.budgets import budget_figure
    from qtkit.plots.by_seed import by_seed_figure
    from qtkit.plots.choosing import choosing_figure
    from qtkit.plots.concepts import ensemble_bars, mapping_bars
    from qtkit.plots.curves import compare_runs, training_curves
    from qtkit.plots.depth import depth_curves
    from qtkit.plots.errors import error_curves
    from qtkit.plots.generated import GeneratedWeights, first_layer, generated_weights, weight_histogram
    from qtkit.plots.grid import candidate_grid
    from qtkit.plots.league import merit_figure, regret_figure
    from qtkit.plots.left_open import left_open_figure
    from qtkit.plots.live.search import SearchState, search_figure
    from qtkit.plots.measures import measure_curves
    from qtkit.plots.rewards import reward_curves
    from qtkit.plots.robustness import machine_curves
    from qtkit.plots.rulers import ruler_figure
    from qtkit.plots.series import forecast_figure, predictions_by_epoch, rollout_figure, rollout_slider
    from qtkit.plots.sides import accuracy_sides, reward_sides, rollout_sides
    from qtkit.plots.style import candidate_style
    from qtkit.plots.table2 import table2_figure
    from qtkit.plots.weights import weight_bars, weight_history

__all__ = [
    "GeneratedWeights",
    "SearchState",
    "accuracy_curves",
    "accuracy_sides",
    "budget_figure",
    "by_seed_figure",
    "candidate_grid",
    "candidate_name",
    "candidate_style",
    "choosing_figure",
    "compare_runs",
    "depth_curves",
    "ensemble_bars",
    "error_curves",
    "first_layer",
    "forecast_figure",
    "generated_weights",
    "left_open_figure",
    "machine_curves",
    "mapping_bars",
    "measure_curves",
    "merit_figure",
    "predictions_by_epoch",
    "regret_figure",
    "reward_curves",
    "reward_sides",
    "rollout_figure",
    "rollout_sides",
    "rollout_slider",
    "ruler_figure",
    "search_figure",
    "table2_figure",
    "training_curves",
    "weight_bars",
    "weight_histogram",
    "weight_history",
]

__getattr__, __dir__ = attach(
    __name__,
    {
        "GeneratedWeights": "qtkit.plots.generated",
        "SearchState": "qtkit.plots.live.search",
        "accuracy_curves": "qtkit.plots.accuracy",
        "accuracy_sides": "qtkit.plots.sides",
        "budget_figure": "qtkit.plots.budgets",
        "by_seed_figure": "qtkit.plots.by_seed",
        "candidate_grid": "qtkit.plots.grid",
        "candidate_name": "qtkit.names",
        "candidate_style": "qtkit.plots.style",
        "choosing_figure": "qtkit.plots.choosing",
        "compare_runs": "qtkit.plots.curves",
        "depth_curves": "qtkit.plots.depth",
        "ensemble_bars": "qtkit.plots.concepts",
        "error_curves": "qtkit.plots.errors",
        "first_layer": "qtkit.plots.generated",
        "forecast_figure": "qtkit.plots.series",
        "generated_weights": "qtkit.plots.generated",
        "left_open_figure": "qtkit.plots.left_open",
        "machine_curves": "qtkit.plots.robustness",
        "mapping_bars": "qtkit.plots.concepts",
        "measure_curves": "qtkit.plots.measures",
        "merit_figure": "qtkit.plots.league",
        "predictions_by_epoch": "qtkit.plots.series",
        "regret_figure": "qtkit.plots.league",
        "reward_curves": "qtkit.plots.rewards",
        "reward_sides": "qtkit.plots.sides",
        "rollout_figure": "qtkit.plots.series",
        "rollout_sides": "qtkit.plots.sides",
        "rollout_slider": "qtkit.plots.series",
        "ruler_figure": "qtkit.plots.rulers",
        "search_figure": "qtkit.plots.live.search",
        "table2_figure": "qtkit.plots.table2",
        "training_curves": "qtkit.plots.curves",
        "weight_bars": "qtkit.plots.weights",
        "weight_histogram": "qtkit.plots.generated",
        "weight_history": "qtkit.plots.weights",
    },
)
