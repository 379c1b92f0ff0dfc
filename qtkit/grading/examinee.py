"""The process of one submission, which knows no verdicts: shut in, then asked over a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from qtkit.grading.fence import shut_in, watch_calls
from qtkit.grading.forbidden import FORBIDDEN
from qtkit.grading.frames import read_frame, write_frame
from qtkit.grading.guard import Guard


def main(arguments: Sequence[str]) -> None:
    """Serve over standard input and output, which the submission does not get to see.

    Arguments:
        arguments: bytes of memory, then the paths that must not be read.
    """
    reading, writing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    shut_in(Path.cwd(), [Path(path) for path in arguments[1:]], int(arguments[0]))  # before a library starts threads
    from qtkit.grading.answering import Answers  # after it, and before the guard

    guard = Guard({name for names in FORBIDDEN.values() for name in names})
    guard.install()
    watch_calls(Path.cwd(), guard.refuse)
    try:
        write_frame(writing, b"{}")  # ready
        answers = Answers(lambda: read_frame(reading), lambda data: write_frame(writing, data), guard)
        answers.serve()
    finally:
        os._exit(0)  # whatever the submission left for the end of the program is not run


if __name__ == "__main__":
    main(sys.argv[1:])
