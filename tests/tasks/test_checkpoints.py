"""Checkpoints on disk are whole, and what is damaged is named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from qtkit.seals import FORMAT
from qtkit.tasks import checkpoints
from qtkit.tasks.checkpoints import read_checkpoint, write_checkpoint


def state(value: float = 1.0) -> dict[str, Any]:
    return {"step": 3, "tensors": {"a": torch.full((2, 2), value), "b": torch.tensor([1, 2]), "c": torch.zeros(0, 3)}}


def value_in(folder: Path) -> float:
    return read_checkpoint(folder)["training"]["tensors"]["a"][0, 0].item()


def test_round_trip(tmp_path: Path) -> None:
    given = state()
    write_checkpoint(tmp_path / "run", given, key="abc", parts=[1])
    assert "tensors" in given, "what is given stays as it is"
    loaded = read_checkpoint(tmp_path / "run")
    tensors = loaded["training"].pop("tensors")
    assert loaded == {"format": FORMAT, "key": "abc", "parts": [1], "training": {"step": 3}}
    for name, tensor in state()["tensors"].items():
        assert torch.equal(tensors[name], tensor) and tensors[name].dtype == tensor.dtype


def test_a_newer_one_replaces_the_older(tmp_path: Path) -> None:
    for value in (1.0, 2.0, 2.0):
        write_checkpoint(tmp_path, state(value))
        assert value_in(tmp_path) == value
        assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("writer", ["write_bytes", "write_json"])
def test_an_interruption_leaves_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: str) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    write_checkpoint(tmp_path, state(1.0))
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, writer, interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_checkpoint(tmp_path, state(2.0))
    assert value_in(tmp_path) == 1
    write_checkpoint(tmp_path, state(3.0))
    assert value_in(tmp_path) == 3
    assert len(list(tmp_path.iterdir())) == 2, "what the interrupted one left is cleared away"


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no checkpoint in .*: checkpoint\.json is missing"):
        read_checkpoint(tmp_path / "nowhere")
    write_checkpoint(tmp_path, state())
    next(tmp_path.glob("*.safetensors")).unlink()
    with pytest.raises(FileNotFoundError, match=r"is incomplete: tensors-.*\.safetensors is missing"):
        read_checkpoint(tmp_path)


def test_damage_is_named(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, state())
    path, index = next(tmp_path.glob("*.safetensors")), tmp_path / "checkpoint.json"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ValueError, match=r"tensors-.*\.safetensors is damaged: its content is not what checkpoint"):
        read_checkpoint(tmp_path)
    path.write_bytes(content)
    index.write_text(index.read_text().replace('"step": 3', '"step": 4'))
    with pytest.raises(ValueError, match=r"checkpoint\.json is damaged or was edited"):
        read_checkpoint(tmp_path)
    index.write_text("{")
    with pytest.raises(ValueError, match=r"checkpoint\.json is damaged: it is not valid JSON"):
        read_checkpoint(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "it names no format"),
        ([], "it names no format"),
        ({"format": 1}, "it does not name its tensors"),
        ({"format": 1, "tensors": "a"}, "it does not name its tensors"),
        ({"format": 2, "tensors": {}}, "it does not name its tensors"),
        ({"format": FORMAT + 1, "tensors": {}}, "was written by a newer qtkit"),
    ],
)
def test_an_index_that_is_none_is_named(tmp_path: Path, content: Any, message: str) -> None:
    (tmp_path / "checkpoint.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match=rf"checkpoint\.json .*{message}"):
        read_checkpoint(tmp_path)


@pytest.mark.parametrize("number", [1, 2])
def test_a_file_that_is_no_safetensors_is_named(tmp_path: Path, number: int) -> None:
    content = b"something else"
    (tmp_path / "x").write_bytes(content)
    index = {"format": number, "tensors": {"file": "x", "sha256": hashlib.sha256(content).hexdigest()}}
    (tmp_path / "checkpoint.json").write_text(json.dumps(index))
    with pytest.raises(ValueError, match="x is damaged"):
        read_checkpoint(tmp_path)


def test_a_checkpoint_without_a_seal_is_of_format_1(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, state())
    index = json.loads((tmp_path / "checkpoint.json").read_text())
    plain = {"format": 1, "step": 3, "tensors": index["tensors"]}
    (tmp_path / "checkpoint.json").write_text(json.dumps(plain))
    assert read_checkpoint(tmp_path)["training"]["step"] == 3
    (tmp_path / "checkpoint.json").write_text(json.dumps({**plain, "format": 2}))
    with pytest.raises(ValueError, match="it has no seal"):
        read_checkpoint(tmp_path)
