"""How runs of an experiment are told apart: their labels, and the settings in which they differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from qtkit.names import MODELS, model_label, unusual
from qtkit.runs.store.identity import YOUNGER
from qtkit.seals import digest
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import task_named

LENGTHS = ("epochs", "episodes")
"""Settings that a label tells only of runs that are shorter than the longest of the experiment."""


NAMED_WHERE_THEY_DIFFER = ("device",)
"""Settings that a label tells only if runs of the experiment differ in them: what computed it. All others it tells
wherever they are not the defaults: a label without any is the paper's setting."""


def run_labels(settings: Mapping[str, Settings], runs: Mapping[str, Any]) -> list[str]:
    """The model, and in which other than the default settings and on which data: `"DiffQAS · centre=False"`.

    A run with the default settings on the official data has the model's name alone, and no other run has.

    Arguments:
        settings: by the runs' keys.
        runs: what is known of each, as `results.describe_run` gives it, by its key.
    """
    common = set(NAMED_WHERE_THEY_DIFFER) - set(varied_settings([runs[key]["settings"] for key in settings]))
    lengths = {name: [getattr(value, name, 0) for value in settings.values()] for name in LENGTHS}
    longest = {name: max(values) for name, values in lengths.items()}
    labels, versions = [], _own_versions({key: runs[key] for key in settings})
    for key, value in settings.items():
        task = task_named(runs[key]["task"])
        shorter = [f"{name}={getattr(value, name)}" for name in LENGTHS if getattr(value, name, 0) < longest[name]]
        words = unusual(value, {*common, *LENGTHS, *task.aside, *task.silent, *task.experiment})
        words = " ".join([*filter(None, [words]), *shorter])
        labels.append(" · ".join(filter(None, (model_label(value), words, _other_data(runs[key]), versions[key]))))
    return _apart(labels, list(settings.values()))


def _apart(labels: list[str], settings: list[Settings]) -> list[str]:
    """With a mark of their circuits behind labels that runs of different ones share: names of gates are short."""
    circuits: dict[str, set[str]] = {}
    marks = ["" if each.model in MODELS else digest(each.to_dict()["candidates"])[:6] for each in settings]
    for label, mark in zip(labels, marks, strict=True):
        circuits.setdefault(label, set()).add(mark)
    return [
        f"{label} · circuits {mark}" if mark and len(circuits[label]) > 1 else label
        for label, mark in zip(labels, marks, strict=True)
    ]


def _own_versions(runs: Mapping[str, Any]) -> dict[str, str]:
    """Of tasks and agents of one's own that were changed under one name, by the runs' keys, which code and data each is
    of.
    """
    data = {key: run["data"] for key, run in runs.items() if run["task"] in ("own", "agents")}
    named = {key: runs[key]["settings"].get("agent") for key in data}  # an experiment has one task, and any agents
    several = {name for name in set(named.values()) if len({data[key] for key in data if named[key] == name}) > 1}
    return {key: f"version {data[key][:6]}" if named.get(key) in several and data.get(key) else "" for key in runs}


def _other_data(run: dict[str, Any]) -> str:
    """What a run's data are if they are not the official ones."""
    if run.get("official", True):
        return ""
    return "sample" if run.get("source", "").startswith("the sample") else "other data"


def official_column(runs: Mapping[str, Any], keys: Iterable[str]) -> dict[str, list[bool]]:
    """The column `official`, whether each run is on the official data; none for tasks without such."""
    if not all("official" in run for run in runs.values()):
        return {}
    return {"official": [runs[key]["official"] for key in keys]}


def varied_settings(settings: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The settings in which runs differ, besides those with a column of their own; None where a run has no such."""
    names = dict.fromkeys(name for run in settings for name in run if name not in ("model", "candidates", "seed"))
    columns = {}
    for name in names:
        values = [run.get(name, YOUNGER.get(name)) for run in settings]
        texts = [json.dumps(value) for value in values]
        if len(set(texts)) > 1:
            columns[name] = texts if any(isinstance(value, list | dict) for value in values) else values
    return columns
