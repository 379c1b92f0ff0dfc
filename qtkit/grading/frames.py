"""Messages over a pipe, each with its length before it."""

from __future__ import annotations

from typing import IO

LARGEST = 64 * 2**20
"""Bytes of a message."""


def write_frame(pipe: IO[bytes], data: bytes) -> None:
    """Send one message.

    Raises:
        ValueError: if it is longer than `LARGEST`.
        OSError: if nobody reads the pipe any more.
    """
    if len(data) > LARGEST:
        raise ValueError(f"a message of {len(data):,} bytes, {LARGEST:,} are the most")
    pipe.write(len(data).to_bytes(8, "big") + data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """The next message; None at the end of the pipe.

    Raises:
        ValueError: if what comes is no message.
    """
    head = pipe.read(8)
    if not head:
        return None
    length = int.from_bytes(head, "big")
    if len(head) < 8 or length > LARGEST:
        raise ValueError("what came is no message")
    data = pipe.read(length)
    if len(data) < length:
        raise ValueError("the message was cut off")
    return data
