"""Marks for what students hand in: each submission in a process of its own, the checks in another.

`marking` goes through the submissions, `judge` runs the checks, `examinee` and `answering` are a submission's process,
shut in by `fence`. Names are imported when they are first asked for, since that process needs little of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.grading.forbidden import FORBIDDEN
    from qtkit.grading.marking import grade
    from qtkit.grading.marks import Graded, to_csv
    from qtkit.grading.process import Limits

__all__ = ["FORBIDDEN", "Graded", "Limits", "grade", "to_csv"]

__getattr__, __dir__ = attach(
    __name__,
    {
        "FORBIDDEN": "qtkit.grading.forbidden",
        "Graded": "qtkit.grading.marks",
        "Limits": "qtkit.grading.process",
        "grade": "qtkit.grading.marking",
        "to_csv": "qtkit.grading.marks",
    },
)
