"""`RunWriter`: a run's folder while this process computes the run."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtkit.runs.store.earlier import EARLIER
from qtkit.runs.store.provenance import describe_session, now
from qtkit.runs.store.record_log import RecordLog
from qtkit.runs.store.shapes import SessionShape
from qtkit.runs.store.stored import CHECKPOINT, FACTS, FINISHED, KINDS, PARTS, StoredRun, check_kinds
from qtkit.seals import write_sealed
from qtkit.tasks.checkpoints import write_checkpoint
from qtkit.tasks.protocols import Training
from qtkit.tasks.registry import task_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class RunWriter:
    """Begins a run, or goes on with it from its last checkpoint; takes its records; saves and finishes it.

    It is no part of `StoredRun`, which anybody may have of any run, at any time, to read it: one process alone writes,
    and whoever makes a writer holds the run's lock.

    Arguments:
        run: new, or with a checkpoint to go on from.

    Attributes:
        run: as given.

    Raises:
        FileNotFoundError, ValueError: if what is in the folder is damaged.
    """

    def __init__(self, run: StoredRun) -> None:
        self.run = run
        check_kinds(run)
        self._checkpoint = run.checkpoint() if run.has_checkpoint() else None
        self._log = RecordLog(run.path / PARTS, self._checkpoint["parts"] if self._checkpoint else ())
        self._sessions: list[SessionShape] = run.facts()["sessions"] if self._checkpoint else []

    def begin(self, training: Training[Any], data: str | None, command: str | None = None) -> list[str]:
        """Bring `training` to the last checkpoint, and write what the run is and that this session computes it.

        Arguments:
            training: at its start.
            data: their fingerprint; None for a task without data.
            command: how it was started.

        Returns:
            What is worth knowing, in words.

        Raises:
            ValueError: if the checkpoint is not one of this training.
        """
        if self._checkpoint:
            self.run.restore(training, self._checkpoint)
            self._checkpoint = None  # its tensors are not needed any more
        self._log.sweep()
        session = {"from_step": training.steps_done, **describe_session(command)}
        facts = {
            "key": self.run.key,
            "task": task_of(training.settings).name,
            "settings": training.settings.to_dict(),
            "data": data,
            "describe": {k: v for k, v in training.describe().items() if k not in ("settings", "versions")},
            "sessions": [*self._sessions, session],
        }
        write_sealed(self.run.path / FACTS, facts, KINDS[FACTS])
        changed = _changed_versions(self._sessions[-1]["versions"], session["versions"]) if self._sessions else []
        if not changed:
            return []
        return ["this run was begun with other versions, its last bits may differ: " + "; ".join(changed)]

    def append(self, record: DataclassInstance) -> None:
        """Take the next record; it is in memory until `save`."""
        self._log.append(record)

    def save(self, training: Training[Any]) -> None:
        """A checkpoint: the records first, then, in one move, the state that knows them."""
        parts = self._log.flush()
        progress = {
            "done": training.steps_done,
            "total": training.n_steps,
            "seconds": self._log.last("seconds", 0.0),
        }
        about = {"key": self.run.key, "written": now(), "parts": parts, "progress": progress}
        write_checkpoint(self.run.path / CHECKPOINT, training.state(), **about)
        self._log.sweep()

    def finish(self, training: Training[Any]) -> None:
        """The mark that all of the run is done, once it is saved."""
        mark = {
            "key": self.run.key,
            "records": len(self._log),
            "parts": self._log.flush(),
            "steps": training.steps_done,
            "seconds": self._log.last("seconds", 0.0),
            "finished": now(),
        }
        write_sealed(self.run.path / FINISHED, mark, KINDS[FINISHED])


def _changed_versions(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """In which versions two sessions differ; an older qtkit did not note all of them."""
    return [f"{name} {then[name]} then, {now[name]} now" for name in now if name in then and then[name] != now[name]]


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed process left half-written in a run's folder."""
    for pattern in (".*", f"{CHECKPOINT}/.*", f"{PARTS}/.*", f"{EARLIER}/.*"):
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
