"""`grade`: marks for all submissions of a folder, each in a process of its own."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from qtkit.course.content import course_folder, is_checkout
from qtkit.grading.frames import read_frame, write_frame
from qtkit.grading.marks import Graded, checked_judgement
from qtkit.grading.plain import from_json, to_json
from qtkit.grading.process import Limits
from qtkit.grading.submissions import Submission, read_submission, submission_paths
from qtkit.handouts.exercises import Exercise
from qtkit.labs import EXERCISES
from qtkit.labs.variants import derive


def grade(
    folder: Path,
    exercises: Sequence[Exercise],
    secret: bytes,
    *,
    limits: Limits | None = None,
    jobs: int | None = None,
    course: str | None = None,
    told: Callable[[Graded], None] = lambda graded: None,
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
        told: is given each submission as soon as it is marked.

    Raises:
        FileNotFoundError: if there is no such folder, or nothing in it.
        ValueError: for fewer than one job, or exercises that qtkit does not check.
    """
    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs must be at least 1, got {jobs}")
    if unknown := [exercise.name for exercise in exercises if exercise.name not in EXERCISES]:
        raise ValueError(f"this qtkit has no check of {', '.join(unknown)}: are these notebooks of another version?")
    paths = submission_paths(folder)
    read = _one_each([_read(path, course) for path in paths])
    hidden = [str(folder.resolve()), *([str(course_folder() / "notebooks")] if is_checkout() else [])]
    limits = limits or Limits()
    jobs = min(jobs or os.cpu_count() or 1, len(paths))
    judges: queue.SimpleQueue[Judge] = queue.SimpleQueue()
    for _ in range(jobs):
        judges.put(Judge())

    def mark(submission: Submission | Graded) -> Graded:
        if isinstance(submission, Graded):
            graded = submission
        else:
            judge = judges.get()
            try:
                graded = judge.mark(submission, exercises, derive(secret, "marks", submission.student), limits, hidden)
            finally:
                judges.put(judge)
        told(graded)
        return graded

    pool = ThreadPoolExecutor(jobs)
    try:
        return list(pool.map(mark, read))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for _ in range(jobs):
            judges.get().end()


class Judge:
    """A process of checks, started when it is needed, and again if it ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def mark(
        self, submission: Submission, exercises: Sequence[Exercise], key: bytes, limits: Limits, hidden: Sequence[str]
    ) -> Graded:
        """The marks of a submission; if the checks themselves fail on it, that is its error."""
        job = {
            "sources": submission.sources,
            "exercises": [{"name": exercise.name, "function": exercise.function} for exercise in exercises],
            "key": key.hex(),
            "seconds": limits.seconds,
            "memory": limits.memory,
            "hidden": [*hidden],
        }
        graded = Graded(submission.student, submission.file)
        try:
            judgement = checked_judgement(self._ask(to_json(job)), exercises, "what the checks said")
        except (ValueError, OSError) as error:
            self.end()
            return replace(graded, error=f"could not be marked: {error}")
        verdicts = {verdict["exercise"]: verdict for verdict in judgement["verdicts"]}
        return replace(graded, verdicts=verdicts, remarks=tuple(judgement["remarks"]))

    def end(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None

    def _ask(self, job: bytes) -> object:
        if self._process is None:
            command = [sys.executable, "-P", "-m", "qtkit.grading.judge"]
            path = os.pathsep.join(entry for entry in sys.path if entry)
            environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        write_frame(self._process.stdin, job)
        data = read_frame(self._process.stdout)
        if data is None:
            raise ChildProcessError("the checks ended")
        return from_json(data)


def _read(path: Path, course: str | None) -> Submission | Graded:
    try:
        submission = read_submission(path)
        if course is not None and submission.course not in (course, None):
            raise ValueError(f"{path.name} is of the course {submission.course[:80]!r}, not of {course!r}")
        return submission
    except (ValueError, OSError) as error:
        return Graded(path.stem, path.name, error=str(error))


def _one_each(read: list[Submission | Graded]) -> list[Submission | Graded]:
    """A student who handed in twice is told so, and gets no marks until the lecturer has chosen."""
    count = Counter(each.student for each in read if isinstance(each, Submission))
    return [
        Graded(each.student, each.file, error=f"{each.student} handed in {count[each.student]} times: keep one file")
        if isinstance(each, Submission) and count[each.student] > 1
        else each
        for each in read
    ]
