"""`Measured`: the last results of a run in words, as its records come."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Measured:
    """What the records of a run measured last: over all data, or over the last episodes."""

    def __init__(self) -> None:
        self._words = ""
        self._first: Any = None  # of the records of episodes, and the last
        self._last: Any = None
        self._returns: collections.deque[float] = collections.deque(maxlen=1000)

    def take(self, record: DataclassInstance) -> None:
        """One more record."""
        if hasattr(record, "returns"):
            self._first, self._last = self._first or record, record
            self._returns.extend(record.returns)
        else:
            self._words = describe(record) or self._words

    def __str__(self) -> str:
        return self._words if self._last is None else " · ".join(self._of_episodes())

    def _of_episodes(self) -> Iterator[str]:
        """Mean returns and speed, since this process has been at the run."""
        returns = list(self._returns)
        for count in sorted({min(100, len(returns)), len(returns)} - {0}):
            yield f"mean return of the last {count:,} episodes {sum(returns[-count:]) / count:.3f}"
        seconds = self._last.seconds - self._first.seconds
        if seconds > 0:
            speed = (self._last.environment_steps - self._first.environment_steps) / seconds
            yield f"{speed:,.0f} environment steps/s"


def describe(record: DataclassInstance) -> str:
    """What a record measured over all data, such as `test accuracy 0.97`; empty if nothing was."""
    if getattr(record, "kind", "epoch") != "epoch":
        return ""
    epoch = getattr(record, "epoch", None)
    parts = [] if epoch is None else [f"epoch {epoch:g}"]
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if isinstance(value, float) and field.name not in ("epoch", "seconds", "loss"):
            parts.append(f"{field.name.replace('_', ' ')} {value:.4g}")
    return " · ".join(parts)
