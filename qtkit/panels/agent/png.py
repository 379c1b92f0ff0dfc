"""Pictures as PNG files in memory, for pages and widgets: nothing but the standard library is needed."""

from __future__ import annotations

import struct
import zlib

import numpy as np


def png(picture: np.ndarray) -> bytes:
    """A picture `(H, W, 3)` uint8 as a PNG file.

    Raises:
        ValueError: for another shape or type, or a picture without a pixel.
    """
    picture = np.asarray(picture)
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(f"a picture must be (H, W, 3) uint8, got {picture.dtype} of shape {picture.shape}")
    height, width, _ = picture.shape
    lines = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # each line begins with its filter: 0, none
    lines[:, 1:] = picture.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits a channel, colours as RGB
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
