"""What the picture of a circuit cannot show: reach, entanglement, effective parameters, and why.

`rank` counts effective parameters, `haar` and `entanglement` measure states, `explanation` puts reasons in words.
`equality` and `equal_architectures` find circuits of equal distributions, `structural_weights` reads those of a search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.analysis.entanglement import entangling_capability, meyer_wallach
    from qtkit.analysis.equality import equal_circuits
    from qtkit.analysis.explanation import Explanation, explain, idle_layers, parity_groups
    from qtkit.analysis.haar import (
        Estimate,
        estimate_expressibility,
        expressibility,
        haar_fidelity_cdf,
        pair_fidelities,
    )
    from qtkit.analysis.rank import effective_parameters, numerical_rank, probability_jacobian
    from qtkit.analysis.states import random_angles, statevectors
    from qtkit.analysis.structural_weights import weight_shares, weights_in_effect

__all__ = [
    "Estimate",
    "Explanation",
    "effective_parameters",
    "entangling_capability",
    "equal_circuits",
    "estimate_expressibility",
    "explain",
    "expressibility",
    "haar_fidelity_cdf",
    "idle_layers",
    "meyer_wallach",
    "numerical_rank",
    "pair_fidelities",
    "parity_groups",
    "probability_jacobian",
    "random_angles",
    "statevectors",
    "weight_shares",
    "weights_in_effect",
]

__getattr__, __dir__ = attach(
    __name__,
    {
        "Estimate": "qtkit.analysis.haar",
        "Explanation": "qtkit.analysis.explanation",
        "effective_parameters": "qtkit.analysis.rank",
        "entangling_capability": "qtkit.analysis.entanglement",
        "equal_circuits": "qtkit.analysis.equality",
        "estimate_expressibility": "qtkit.analysis.haar",
        "explain": "qtkit.analysis.explanation",
        "expressibility": "qtkit.analysis.haar",
        "haar_fidelity_cdf": "qtkit.analysis.haar",
        "idle_layers": "qtkit.analysis.explanation",
        "meyer_wallach": "qtkit.analysis.entanglement",
        "numerical_rank": "qtkit.analysis.rank",
        "pair_fidelities": "qtkit.analysis.haar",
        "parity_groups": "qtkit.analysis.explanation",
        "probability_jacobian": "qtkit.analysis.rank",
        "random_angles": "qtkit.analysis.states",
        "statevectors": "qtkit.analysis.states",
        "weight_shares": "qtkit.analysis.structural_weights",
        "weights_in_effect": "qtkit.analysis.structural_weights",
    },
)
