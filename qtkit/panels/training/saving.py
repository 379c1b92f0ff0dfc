"""Saves a trained network: the plain weights, with the settings that made them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import safetensors.torch

from qtkit.files import write_bytes
from qtkit.panels.training.session import PanelTraining


def save_network(training: PanelTraining, folder: str | Path = "saved") -> Path:
    """Write the network as it stands, without any quantum part, to a new safetensors file in `folder`.

    The file's metadata tells the settings and the step, or the episode, as JSON under `"qtkit"`. It is written whole or
    not at all, and no file is replaced: a number is added to the name instead.

    Arguments:
        training: its `network()` is a plain `nn.Module`.

    Returns:
        The file's path.
    """
    network, settings = training.network(), training.settings.to_dict()
    counted = getattr(training, "step_name", "step")
    facts = {"network": type(network).__name__, counted: training.steps_done, "settings": settings}
    content = safetensors.torch.save(
        {name: tensor.detach().cpu().clone() for name, tensor in network.state_dict().items()},
        metadata={"qtkit": json.dumps(facts)},
    )
    called = settings.get("dataset") or settings.get("environment") or settings.get("task") or ""
    classes = "-".join(str(c) for c in settings.get("classes", ()))
    name = "-".join(
        part
        for part in (
            re.sub(r"[^\w.-]+", "-", str(called)),
            classes,
            str(settings.get("model", "")),
            f"seed{settings.get('seed', 0)}",
            f"{counted}{training.steps_done}",
        )
        if part
    )
    path, number = Path(folder) / f"{name}.safetensors", 2
    while path.exists():
        path, number = Path(folder) / f"{name}-{number}.safetensors", number + 1
    write_bytes(path, content)
    return path
