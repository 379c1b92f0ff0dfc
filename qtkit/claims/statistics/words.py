"""The four verdicts, and what each takes."""

from __future__ import annotations

from qtkit.claims.statistics.signed_ranks import Tails

HOLDS, FAILS, NOISE, TOO_FEW = "holds", "does not hold", "within noise", "not enough runs"

SIGNIFICANCE = 0.05
"""How often a verdict may be wrong where there is no effect, half of it on each side."""

MIN_SEEDS = 6
"""Seeds that a verdict needs: five that all agree are a coin that falls alike five times, once in sixteen."""


def judge(tails: Tails) -> str:
    """The verdict from two p-values: `HOLDS`, `FAILS` or `NOISE`."""
    if tails.above <= SIGNIFICANCE / 2:
        return HOLDS
    return FAILS if tails.below <= SIGNIFICANCE / 2 else NOISE
