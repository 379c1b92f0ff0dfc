"""An exact table of what each circuit of a space is worth alone, and searches that are measured on it in seconds.

`table` reads it and `writing` makes it from stored runs; `searches` has some, `playing` lets any search play for a
budget, `places` ranks them, `diffqas` is what the paper's own search chose in stored runs. `regrets` sums up trials,
`verdicts` compares, `figures` draws, and `pilot` tells whether few epochs keep the order of many.
"""

from qtkit.circuits.architectures import Architecture
from qtkit.league.diffqas import play_diffqas
from qtkit.league.figures import draw
from qtkit.league.pilot import order_kept
from qtkit.league.places import place
from qtkit.league.playing import play
from qtkit.league.regrets import regret_at, regret_curves
from qtkit.league.searches import SEARCHES, evolution, random_search, successive_halving
from qtkit.league.table import coverage, merit, records, score, space, table
from qtkit.league.verdicts import claims, standings
from qtkit.runs.sweeps.league_plan import LEAGUE_TASKS as TASKS
from qtkit.runs.sweeps.league_plan import searched

__all__ = [
    "SEARCHES",
    "TASKS",
    "Architecture",
    "claims",
    "coverage",
    "draw",
    "evolution",
    "merit",
    "order_kept",
    "place",
    "play",
    "play_diffqas",
    "random_search",
    "records",
    "regret_at",
    "regret_curves",
    "score",
    "searched",
    "space",
    "standings",
    "successive_halving",
    "table",
]
