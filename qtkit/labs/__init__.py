"""What notebooks need beside the mathematics: their scale, checks of exercises, small comparisons, stored results."""

from qtkit.labs import candidates, gridworld, machine, search, series, vqc  # noqa: F401  registers all exercises
from qtkit.labs.checking import EXERCISES, NotPassed, Result, check
from qtkit.labs.comparing import compare, over_seeds, stored
from qtkit.labs.scale import is_toy, sized

__all__ = ["EXERCISES", "NotPassed", "Result", "check", "compare", "is_toy", "over_seeds", "sized", "stored"]
