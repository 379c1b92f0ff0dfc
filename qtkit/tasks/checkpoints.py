"""Checkpoints on disk: one sealed JSON file, and the tensors it names in safetensors. Nothing is pickled."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtkit.files import leftovers, read_json, remove_old, sha256_of, write_bytes, write_json
from qtkit.seals import check_format, check_kind, check_seal, seal_file

if TYPE_CHECKING:
    from torch import Tensor

INDEX = "checkpoint.json"
KIND = "checkpoint"


def write_checkpoint(folder: str | os.PathLike[str], training: Mapping[str, Any], **about: Any) -> None:
    """Write the state of a training to a folder, made if missing.

    An interruption at any moment leaves the earlier checkpoint or the new one, never a mixture: the tensors' file is
    named by its content, and the new one counts from the moment `checkpoint.json` names it. One process at a time may
    write to a folder: what killed ones left is removed.

    Arguments:
        training: as `Training.state` gives it: plain values, and a dictionary of tensors under `"tensors"`.
        about: plain values to keep beside it.
    """
    import safetensors.torch  # brings PyTorch, without which a store tells how far its runs are

    folder, content = Path(folder), safetensors.torch.save(training["tensors"])
    digest = sha256_of(content)
    named = {"file": f"tensors-{digest[:16]}.safetensors", "sha256": digest}
    plain = {name: value for name, value in training.items() if name != "tensors"}
    write_bytes(folder / named["file"], content)
    sealed = seal_file({**about, "training": plain}, KIND)
    write_json(folder / INDEX, {**sealed, "tensors": named})  # beside the seal: the digest seals them
    for old in folder.glob("tensors-*.safetensors"):
        if old.name != named["file"]:
            remove_old(old)
    for half in (*leftovers(folder, INDEX), *leftovers(folder, "tensors-*.safetensors")):
        shutil.rmtree(half, ignore_errors=True)


def read_checkpoint(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """What `write_checkpoint` wrote to `folder`: the state under `"training"`, what was kept beside it, and the format.

    Raises:
        FileNotFoundError: if there is no checkpoint, or its tensors are missing.
        NewerFormatError: if it is of a newer qtkit.
        ValueError: if it is damaged.
    """
    folder = Path(folder)
    content, named = _read_index(folder)
    tensors = _read_tensors(folder, named)
    content = _check_index(content, folder / INDEX)
    content["training"]["tensors"] = tensors
    return content


def read_index(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """As `read_checkpoint`, without reading any tensors; raises as it does."""
    return _check_index(_read_index(Path(folder))[0], Path(folder) / INDEX)


def _read_index(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """What the index says, and the file of the tensors."""
    index = folder / INDEX
    if not index.exists():
        raise FileNotFoundError(f"no checkpoint in {folder}: {INDEX} is missing")
    content: dict[str, Any] = read_json(index)
    check_format(content, index)
    named = content.pop("tensors", None)
    if not _names_a_file(named):
        raise ValueError(f"{index} is damaged: it does not name its tensors")
    return content, named


def _check_index(content: dict[str, Any], index: Path) -> dict[str, Any]:
    if content["format"] == 1 and "training" not in content:  # of `Training.save_checkpoint`
        return {"format": 1, "training": content}
    content = check_kind(check_seal(content, index), KIND, index)
    if not isinstance(content.get("training"), dict):
        raise ValueError(f"{index} is damaged: it holds no state of a training")
    return content


def _names_a_file(named: Any) -> bool:
    """Whether these are the name of a file in the checkpoint's own folder and its digest."""
    if not isinstance(named, dict) or not isinstance(named.get("sha256"), str):
        return False
    file = named.get("file")
    return isinstance(file, str) and 0 < len(file) < 200 and file not in (".", "..") and not set(file) & set("/\\:\0")


def _read_tensors(folder: Path, named: Mapping[str, str]) -> dict[str, Tensor]:
    import safetensors.torch
    from safetensors import SafetensorError

    file = folder / named["file"]
    if not file.is_file():
        raise FileNotFoundError(f"the checkpoint in {folder} is incomplete: {file.name} is missing")
    content = file.read_bytes()
    if sha256_of(content) != named["sha256"]:
        raise ValueError(f"{file} is damaged: its content is not what {INDEX} says")
    try:
        tensors: dict[str, Tensor] = safetensors.torch.load(content)
    except (SafetensorError, KeyError, RuntimeError) as error:  # the last two for types that PyTorch does not know
        raise ValueError(f"{file} is damaged: {error}") from error
    return tensors
