"""`grade`: marks for all submissions of a folder, each in a process of its own."""

from __future__ import annotations

import os
import queue
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from qtkit.checks import checked_whole_or_none
from qtkit.course.content import course_folder, is_checkout
from qtkit.grading.definitions import read_definitions
from qtkit.grading.marks import Graded, Verdict, checked_verdict
from qtkit.grading.peer import Peer, Stopped, Watch
from qtkit.grading.process import Limits
from qtkit.grading.submissions import Submission, read_submission, submission_paths
from qtkit.handouts.exercises import Exercise
from qtkit.labs import EXERCISES
from qtkit.labs.variants import derive

_CHECK = 120.0  # seconds of a processor that a check may take for itself
_CHECK_MEMORY = 2_000  # megabytes, beside what an answer may take


def grade(
    folder: Path,
    exercises: Sequence[Exercise],
    secret: bytes,
    *,
    limits: Limits | None = None,
    jobs: int | None = None,
    course: str | None = None,
    on_graded: Callable[[Graded], None] = lambda graded: None,
) -> list[Graded]:
    """Mark all submissions of a folder.

    Checks run in processes that never run a submission's code, and get its answers as plain data; a submission's code
    runs in a process of its own, which knows neither checks nor verdicts nor the other submissions, and can at most
    lie about itself. Everything is read before the first of them starts.

    Arguments:
        folder: of submissions; only read.
        exercises: what to mark.
        secret: of the cases, which differ from student to student and can be drawn again.
        limits: on what an answer may take.
        jobs: submissions at once; by default one a processor.
        course: the name that the submissions' courses must have; None: any.
        on_graded: is given each submission as soon as it is marked.

    Raises:
        FileNotFoundError: if there is no such folder, or nothing in it.
        ValueError: for jobs that are no whole number from 1 on, or exercises that qtkit does not check.
    """
    jobs = checked_whole_or_none("jobs", jobs, 1)
    if unknown := [exercise.name for exercise in exercises if exercise.name not in EXERCISES]:
        raise ValueError(f"this qtkit has no check of {', '.join(unknown)}: are these notebooks of another version?")
    paths = submission_paths(folder)
    read = _one_each([_read(path, course) for path in paths])
    hidden = [str(folder.resolve()), *([str(course_folder() / "notebooks")] if is_checkout() else [])]
    limits = limits or Limits()
    jobs = min(jobs or os.cpu_count() or 1, len(paths))
    all_judges = [Judge() for _ in range(jobs)]
    judges: queue.SimpleQueue[Judge] = queue.SimpleQueue()
    for judge in all_judges:
        judges.put(judge)

    def mark(submission: Submission | Graded) -> Graded:
        if isinstance(submission, Graded):
            graded = submission
        else:
            judge = judges.get()
            try:
                graded = judge.mark(submission, exercises, derive(secret, "marks", submission.student), limits, hidden)
            finally:
                judges.put(judge)
        on_graded(graded)
        return graded

    pool = ThreadPoolExecutor(jobs)
    try:
        return list(pool.map(mark, read))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for judge in all_judges:  # also those at work, should this one have been interrupted
            judge.close()
        pool.shutdown()


class Judge:
    """A process of checks, started when it is needed, and again if it was ended for what an answer did to a check."""

    def __init__(self) -> None:
        self._peer: Peer | None = None
        self._closed = False

    def mark(
        self, submission: Submission, exercises: Sequence[Exercise], key: bytes, limits: Limits, hidden: Sequence[str]
    ) -> Graded:
        """The marks of a submission."""
        watch = Watch(worked=max(_CHECK, 6 * limits.seconds), memory=limits.memory + _CHECK_MEMORY)
        verdicts: dict[str, Verdict] = {}
        while left := [exercise for exercise in exercises if exercise.name not in verdicts]:
            try:
                peer = self._peer = self._peer or _start()
                if self._closed:  # meanwhile
                    raise Stopped("was ended")
                peer.send(
                    {
                        "notebooks": {name: [*sources] for name, sources in submission.notebooks.items()},
                        "exercises": [
                            {"name": each.name, "function": each.function, "notebook": each.notebook} for each in left
                        ],
                        "key": key.hex(),
                        "seconds": limits.seconds,
                        "memory": limits.memory,
                        "hidden": [*hidden],
                    }
                )
                for exercise in left:
                    peer.begin()
                    verdicts[exercise.name] = checked_verdict(peer.wait(watch), exercise)
            except (Stopped, ValueError) as error:
                self.end()
                if self._closed:
                    raise
                failed = next(exercise for exercise in left if exercise.name not in verdicts)
                message = f"the check of {failed.function} {error} with this answer."
                verdicts[failed.name] = Verdict(exercise=failed.name, passed=False, message=message)
        broken = [
            f"{name}: {told}"
            for name, sources in submission.notebooks.items()
            for told in read_definitions(sources).broken
        ]
        return Graded(submission.student, submission.file, verdicts, tuple(broken))

    def close(self) -> None:
        """End the process for good; whoever waits for marks gets an error."""
        self._closed = True
        self.end()

    def end(self) -> None:
        """End the process."""
        peer, self._peer = self._peer, None
        if peer is not None:
            peer.end()


def _start() -> Peer:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-P", "-m", "qtkit.grading.judge"]
    return Peer(command, whole_family=False, folder=None, environment=environment)


def _read(path: Path, course: str | None) -> Submission | Graded:
    try:
        submission = read_submission(path)
    except (ValueError, OSError) as error:
        return Graded(path.stem, path.name, error=str(error))
    if course is not None and submission.course not in (course, None):
        told = f"{path.name} is of the course {submission.course[:80]!r}, not of {course!r}"
        return Graded(submission.student, path.name, error=told)
    return submission


def _one_each(read: list[Submission | Graded]) -> list[Submission | Graded]:
    """A student who handed in twice is told so, and gets no marks until the lecturer has chosen."""
    count = Counter(each.student for each in read if isinstance(each, Submission))
    return [
        Graded(each.student, each.file, error=f"{each.student} handed in {count[each.student]} times: keep one file")
        if isinstance(each, Submission) and count[each.student] > 1
        else each
        for each in read
    ]
