"""Messages with their length before them."""

from __future__ import annotations

import io

import pytest

from qtkit.grading import frames


def test_messages_come_one_by_one():
    pipe = io.BytesIO()
    for data in (b"one", b"", b"three"):
        frames.write_frame(pipe, data)
    pipe.seek(0)
    assert [frames.read_frame(pipe) for _ in range(4)] == [b"one", b"", b"three", None]


def test_a_message_that_is_too_long_is_neither_sent_nor_read(monkeypatch):
    monkeypatch.setattr(frames, "LARGEST", 4)
    with pytest.raises(ValueError, match="5 bytes, 4 are the most"):
        frames.write_frame(io.BytesIO(), b"12345")
    with pytest.raises(ValueError, match="no message"):
        frames.read_frame(io.BytesIO((5).to_bytes(8, "big") + b"12345"))


@pytest.mark.parametrize("data", [b"abc", b"garbage that is long enough"])
def test_garbage_is_no_message(data):
    with pytest.raises(ValueError, match="no message"):
        frames.read_frame(io.BytesIO(data))


def test_a_message_that_is_cut_off_is_told():
    with pytest.raises(ValueError, match="cut off"):
        frames.read_frame(io.BytesIO((5).to_bytes(8, "big") + b"12"))
