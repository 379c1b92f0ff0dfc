"""Tables on a device: made once for each circuit, size and dtype, and held by whatever is recorded with them."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

import torch

Made = TypeVar("Made", bound=Callable[..., object])

_lock = threading.Lock()
_lists: list[list[object]] = []  # that are being filled


def table(maxsize: int) -> Callable[[Made], Made]:
    """`functools.lru_cache` for tables, which are plain tensors even if first asked for in inference mode."""

    def decorate(make: Made) -> Made:
        @functools.lru_cache(maxsize)
        def made(*arguments: Any) -> object:
            with torch.inference_mode(False), torch.no_grad():
                return make(*arguments)

        @functools.wraps(make)
        def found(*arguments: Any) -> object:
            result = made(*arguments)
            if _lists:
                with _lock:
                    for one in _lists:
                        one.append(result)
            return result

        found.cache_clear = made.cache_clear  # type: ignore[attr-defined]  # as the cache itself has it
        return cast("Made", found)

    return decorate


@contextlib.contextmanager
def holding() -> Iterator[list[object]]:
    """A list of all tables asked for inside, by any thread: a CUDA graph reads them longer than their caches do."""
    held: list[object] = []
    with _lock:
        _lists.append(held)
    try:
        yield held
    finally:
        with _lock:
            _lists[:] = [one for one in _lists if one is not held]
