"""Checkpoints on disk are whole, and what is damaged is named."""

from __future__ import annotations

import json

import pytest
import torch

from qtkit.tasks import checkpoints
from qtkit.tasks.checkpoints import read_state, write_state


def state(value: float = 1.0) -> dict:
    return {"step": 3, "tensors": {"a": torch.full((2, 2), value), "b": torch.tensor([1, 2]), "c": torch.zeros(0, 3)}}


def test_round_trip(tmp_path):
    write_state(tmp_path / "run", state())
    loaded = read_state(tmp_path / "run")
    assert loaded["step"] == 3
    for name, tensor in state()["tensors"].items():
        assert torch.equal(loaded["tensors"][name], tensor) and loaded["tensors"][name].dtype == tensor.dtype


def test_a_newer_one_replaces_the_older(tmp_path):
    for value in (1.0, 2.0, 2.0):
        write_state(tmp_path, state(value))
        assert read_state(tmp_path)["tensors"]["a"][0, 0] == value
        assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("writer", ["write_bytes", "write_json"])
def test_an_interruption_leaves_the_older_one(tmp_path, monkeypatch, writer):
    def interrupted(*_):
        raise KeyboardInterrupt

    write_state(tmp_path, state(1.0))
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, writer, interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_state(tmp_path, state(2.0))
    assert read_state(tmp_path)["tensors"]["a"][0, 0] == 1
    write_state(tmp_path, state(3.0))
    assert read_state(tmp_path)["tensors"]["a"][0, 0] == 3
    assert len(list(tmp_path.iterdir())) == 2, "what the interrupted one left is cleared away"


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no checkpoint in .*: checkpoint\.json is missing"):
        read_state(tmp_path / "nowhere")
    write_state(tmp_path, state())
    next(tmp_path.glob("*.safetensors")).unlink()
    with pytest.raises(FileNotFoundError, match=r"is incomplete: tensors-.*\.safetensors is missing"):
        read_state(tmp_path)


def test_damage_is_named(tmp_path):
    write_state(tmp_path, state())
    path = next(tmp_path.glob("*.safetensors"))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"tensors-.*\.safetensors is damaged: its content is not what checkpoint"):
        read_state(tmp_path)
    (tmp_path / "checkpoint.json").write_text("{")
    with pytest.raises(ValueError, match=r"checkpoint\.json is damaged: it is not valid JSON"):
        read_state(tmp_path)
    for content in ({}, [], {"tensors": "a"}, {"tensors": {}}):
        (tmp_path / "checkpoint.json").write_text(json.dumps(content))
        with pytest.raises(ValueError, match=r"checkpoint\.json is damaged: it does not name its tensors"):
            read_state(tmp_path)


def test_a_file_that_is_no_safetensors_is_named(tmp_path):
    import hashlib

    content = b"something else"
    (tmp_path / "x").write_bytes(content)
    index = {"tensors": {"file": "x", "sha256": hashlib.sha256(content).hexdigest()}}
    (tmp_path / "checkpoint.json").write_text(json.dumps(index))
    with pytest.raises(ValueError, match="x is damaged"):
        read_state(tmp_path)
