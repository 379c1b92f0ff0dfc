"""Checkpoints on disk: one sealed JSON file, and the tensors it names in safetensors. Nothing is pickled."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from qtkit.files import read_json, remove_old, write_bytes, write_json
from qtkit.seals import FORMAT, check_format, check_seal, seal

INDEX = "checkpoint.json"


def write_checkpoint(folder: str | os.PathLike[str], training: Mapping[str, Any], **about: Any) -> None:
    """Write the state of a training to a folder, made if missing.

    An interruption at any moment leaves the earlier checkpoint or the new one, never a mixture: the tensors' file is
    named by its content, and the new one counts from the moment `checkpoint.json` names it.

    Arguments:
        training: as `Training.state` gives it: plain values, and a dictionary of tensors under `"tensors"`.
        about: plain values to keep beside it.
    """
    folder, content = Path(folder), safetensors.torch.save(training["tensors"])
    digest = hashlib.sha256(content).hexdigest()
    named = {"file": f"tensors-{digest[:16]}.safetensors", "sha256": digest}
    plain = {name: value for name, value in training.items() if name != "tensors"}
    write_bytes(folder / named["file"], content)
    write_json(folder / INDEX, {**seal({"format": FORMAT, **about, "training": plain}), "tensors": named})
    for old in folder.glob("tensors-*.safetensors"):
        if old.name != named["file"]:
            remove_old(old)


def read_checkpoint(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """What `write_checkpoint` wrote to `folder`: the state under `"training"`, what was kept beside it, and the format.

    Raises:
        FileNotFoundError: if there is no checkpoint, or its tensors are missing.
        NewerFormatError: if it is of a newer qtkit.
        ValueError: if it is damaged.
    """
    folder = Path(folder)
    index = folder / INDEX
    if not index.is_file():
        raise FileNotFoundError(f"no checkpoint in {folder}: {INDEX} is missing")
    content: dict[str, Any] = read_json(index)
    check_format(content, index)
    tensors = _read_tensors(folder, content.pop("tensors", None))
    if content["format"] == 1 and "training" not in content:  # of `Training.save_checkpoint`
        content = {"format": 1, "training": content}
    else:
        content = check_seal(content, index)
    content["training"]["tensors"] = tensors
    return content


def _read_tensors(folder: Path, named: Any) -> dict[str, Tensor]:
    try:
        file, digest = folder / named["file"], named["sha256"]
    except (KeyError, TypeError):
        raise ValueError(f"{folder / INDEX} is damaged: it does not name its tensors") from None
    if not file.is_file():
        raise FileNotFoundError(f"the checkpoint in {folder} is incomplete: {file.name} is missing")
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"{file} is damaged: its content is not what {INDEX} says")
    try:
        tensors: dict[str, Tensor] = safetensors.torch.load(content)
    except SafetensorError as error:
        raise ValueError(f"{file} is damaged: {error}") from error
    return tensors
