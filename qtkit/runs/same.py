"""Runs that are the same although their settings are not: what decides nothing of a run does not count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qtkit.names import MODELS, RIVALS
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import task_of


def what_counts(settings: Settings, run: Mapping[str, Any]) -> str:
    """What decides a run's records: its settings and data, but no setting of what is recorded, nor the candidates of a
    model without circuits. A rival takes from them how many numbers it trains, and nothing else.

    Arguments:
        run: what is known of it, as `qtkit.runs.results.describe_run` gives it.
    """
    silent = task_of(settings).silent
    values = {name: value for name, value in settings.to_dict().items() if name not in silent}
    if settings.model in RIVALS:
        values["candidates"] = run.get("num_trainable", values["candidates"])
    elif settings.model in MODELS:
        del values["candidates"]
    return json.dumps([values, run.get("data")], sort_keys=True, default=str)
