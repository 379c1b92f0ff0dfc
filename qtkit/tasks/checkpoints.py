"""Checkpoints on disk: one JSON file, and the tensors it names in safetensors. Nothing is pickled."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError

from qtkit.files import read_json, remove_old, write_bytes, write_json

INDEX = "checkpoint.json"


def write_state(folder: str | os.PathLike[str], state: Mapping[str, Any]) -> None:
    """Write `state` to a folder, made if missing; plain values, and a dictionary of tensors under `"tensors"`.

    An interruption at any moment leaves the earlier checkpoint or the new one, never a mixture: the tensors' file is
    named by its content, and the new one counts from the moment `checkpoint.json` names it.
    """
    folder, content = Path(folder), safetensors.torch.save(state["tensors"])
    digest = hashlib.sha256(content).hexdigest()
    named = {"file": f"tensors-{digest[:16]}.safetensors", "sha256": digest}
    write_bytes(folder / named["file"], content)
    write_json(folder / INDEX, {**state, "tensors": named})
    for old in folder.glob("tensors-*.safetensors"):
        if old.name != named["file"]:
            remove_old(old)


def read_state(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """The state that `write_state` wrote to `folder`.

    Raises:
        FileNotFoundError: if there is no checkpoint, or its tensors are missing.
        ValueError: if it is damaged.
    """
    folder = Path(folder)
    index = folder / INDEX
    if not index.is_file():
        raise FileNotFoundError(f"no checkpoint in {folder}: {INDEX} is missing")
    state = read_json(index)
    try:
        file, digest = folder / state["tensors"]["file"], state["tensors"]["sha256"]
    except (KeyError, TypeError):
        raise ValueError(f"{index} is damaged: it does not name its tensors") from None
    if not file.is_file():
        raise FileNotFoundError(f"the checkpoint in {folder} is incomplete: {file.name} is missing")
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"{file} is damaged: its content is not what {INDEX} says")
    try:
        state["tensors"] = safetensors.torch.load(content)
    except SafetensorError as error:
        raise ValueError(f"{file} is damaged: {error}") from error
    return state
