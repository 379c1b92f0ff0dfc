"""`quiet`: BabyAI's levels print each draw of a mission that they throw away, hundreds of lines in a training."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_SPEAKER = "minigrid.envs.babyai.core.roomgrid_level"

_silent: ContextVar[bool] = ContextVar("_silent", default=False)


@contextmanager
def quiet() -> Iterator[None]:
    """What BabyAI prints in this block is not shown; other threads, and whatever else prints, are as ever."""
    module = sys.modules.get(_SPEAKER)
    if module is not None:
        vars(module).setdefault("print", _print)
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def _print(*words: Any, **options: Any) -> None:
    if not _silent.get():
        builtins.print(*words, **options)  # noqa: T201  (in place of BabyAI's)
