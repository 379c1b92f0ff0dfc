"""What the picture of a circuit cannot show: reach, entanglement, effective parameters, and why."""

from qtkit.analysis.entanglement import entangling_capability, meyer_wallach
from qtkit.analysis.equality import equal_circuits
from qtkit.analysis.explanation import Explanation, explain, idle_layers, parity_groups
from qtkit.analysis.haar import Estimate, estimate_expressibility, expressibility, haar_fidelity_cdf, pair_fidelities
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
