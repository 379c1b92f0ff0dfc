"""The circuits in plain torch: any device, any number of derivatives. The reference for `qtkit.simulation.native`.

`ensembles` adds circuits up, in the layers of `layers` and the `batch` they stand in; `stepwise` takes any gates, `iqp`
a short cut. On a GPU, `programs` records the work, so that Python's overhead does not decide.
"""

from qtkit.simulation.torch_path.ensembles import (
    apply_layers,
    candidate_probabilities,
    ensemble,
    probabilities,
    stack_ensembles,
    start_state,
)
from qtkit.simulation.torch_path.products import walsh_hadamard

__all__ = [
    "apply_layers",
    "candidate_probabilities",
    "ensemble",
    "probabilities",
    "stack_ensembles",
    "start_state",
    "walsh_hadamard",
]
