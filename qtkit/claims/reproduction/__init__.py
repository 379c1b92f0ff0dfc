"""The whole paper, item by item: what it says, what stored runs say in each reading of equation 4, how to redo it.

`items` lists Figures 1 to 14 and Tables I and II; `standing` tells how each stands; `recomputing` has the runs behind
one, and how long they take; `effort` what all shipped runs took. `qtkit reproduce` shows and recomputes them.
"""

from qtkit.claims.reproduction.effort import Effort, measure_effort
from qtkit.claims.reproduction.items import ITEMS, Item, items_named
from qtkit.claims.reproduction.recomputing import QUICK, SCALES, Paces, describe_scale, seeds_of, settings_of
from qtkit.claims.reproduction.standing import Standing, overview, stand

__all__ = [
    "ITEMS",
    "QUICK",
    "SCALES",
    "Effort",
    "Item",
    "Paces",
    "Standing",
    "describe_scale",
    "items_named",
    "measure_effort",
    "overview",
    "seeds_of",
    "settings_of",
    "stand",
]
