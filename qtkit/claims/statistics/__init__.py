"""Pure functions over arrays of differences, the last axis the seeds: what few seeds say, and what they cannot say.

`signed_ranks` tests, `combining` joins tests to claims, `words` puts the result in words, `effects` says how large a
difference is, `power` how large it would have to be, `resampling` how sure the mean of many trials is, `placing` ranks
models, `choice` compares a search's weights with what its candidates are worth alone. docs/statistics.md says why.
"""

from qtkit.claims.statistics.choice import (
    agreement_by_chance,
    agreements,
    detectable_agreement,
    merit_agreement,
    merit_agreement_by_chance,
    picks_by_chance,
    regrets,
)
from qtkit.claims.statistics.combining import at_least, every
from qtkit.claims.statistics.effects import Typical, typical
from qtkit.claims.statistics.placing import average_ranks
from qtkit.claims.statistics.power import POWER, detectable
from qtkit.claims.statistics.resampling import MeanInterval, mean_interval
from qtkit.claims.statistics.signed_ranks import Tails, signed_rank
from qtkit.claims.statistics.words import FAILS, HOLDS, MIN_SEEDS, NOISE, SIGNIFICANCE, TOO_FEW, judge

__all__ = [
    "FAILS",
    "HOLDS",
    "MIN_SEEDS",
    "NOISE",
    "POWER",
    "SIGNIFICANCE",
    "TOO_FEW",
    "MeanInterval",
    "Tails",
    "Typical",
    "agreement_by_chance",
    "agreements",
    "at_least",
    "average_ranks",
    "detectable",
    "detectable_agreement",
    "every",
    "judge",
    "mean_interval",
    "merit_agreement",
    "merit_agreement_by_chance",
    "picks_by_chance",
    "regrets",
    "signed_rank",
    "typical",
]
