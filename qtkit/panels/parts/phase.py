"""`Phase`: where a run stands."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """Where a run stands."""

    READY = "ready"
    PREPARING = "preparing"  # building the model, reading data, compiling: no record yet
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def active(self) -> bool:
        """Whether the run has begun and not ended."""
        return self in (Phase.PREPARING, Phase.RUNNING, Phase.PAUSED)
