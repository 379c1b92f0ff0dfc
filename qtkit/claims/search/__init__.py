"""Does the search choose well? Its weights against what its circuits are worth alone, from stored runs.

`shipped` reads the runs, `spaces` finds searches whose circuits were run alone, too; `choice` measures one, `signals`
with the angles of the runs themselves; `summary` has the table and the verdicts. `merit` says what a run is worth,
`wording` how it is set. `rates` takes for each model its own learning rate.
"""

from qtkit.claims.search.choice import Choice, agreement_over_time, points
from qtkit.claims.search.merit import END, MERITS, Merit
from qtkit.claims.search.spaces import Space, find_spaces
from qtkit.claims.search.summary import CLAIMS, FORMATS, NOTE, claims, summary, verdicts

__all__ = [
    "CLAIMS",
    "END",
    "FORMATS",
    "MERITS",
    "NOTE",
    "Choice",
    "Merit",
    "Space",
    "agreement_over_time",
    "claims",
    "find_spaces",
    "points",
    "summary",
    "verdicts",
]
