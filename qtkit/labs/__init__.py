"""What notebooks need beside the mathematics: their scale, checks of exercises, small comparisons, stored results.

Each notebook's exercises are a file, such as `search` or `series`; `checking` tries answers, which `answers` reads.
`students` and `progress` keep what was done, `handing_in` packs it, and `comparing` compares over seeds.
"""

from qtkit.labs import (  # noqa: F401  registers all exercises
    candidates,
    gridworld,
    league,
    machine,
    own,
    search,
    series,
    variance,
    verdicts,
    vqc,
)
from qtkit.labs.checking import EXERCISES, NotPassed, Result
from qtkit.labs.comparing import compare, over_seeds, stored
from qtkit.labs.handing_in import hand_in
from qtkit.labs.page import fit_page
from qtkit.labs.scale import is_toy, sized
from qtkit.labs.students import Student, check, predict, student

__all__ = [
    "EXERCISES",
    "NotPassed",
    "Result",
    "Student",
    "check",
    "compare",
    "fit_page",
    "hand_in",
    "is_toy",
    "over_seeds",
    "predict",
    "sized",
    "stored",
    "student",
]
