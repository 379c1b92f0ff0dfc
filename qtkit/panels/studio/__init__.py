"""`AnsatzStudio`: a circuit under your fingers, what it generates, and why.

`model` is all that the studio knows and does, without a page: the `circuit` (by `elements`, if it has other gates), its
`measurement` and its `numbers`. `panel` is the widget, and `studio.js` its page.
"""

from qtkit.generator.counts import Counts, counts, mapping_start, weights
from qtkit.panels.studio.circuit import MAX_DEPTH, MAX_QUBITS, StudioCircuit
from qtkit.panels.studio.measurement import MAX_NOISY_QUBITS, Measurement, measure
from qtkit.panels.studio.model import StudioModel
from qtkit.panels.studio.numbers import Rank, Reach, rank, reach
from qtkit.panels.studio.typed import parse_noise, parse_shots, parse_target

__all__ = [
    "MAX_DEPTH",
    "MAX_NOISY_QUBITS",
    "MAX_QUBITS",
    "Counts",
    "Measurement",
    "Rank",
    "Reach",
    "StudioCircuit",
    "StudioModel",
    "counts",
    "mapping_start",
    "measure",
    "parse_noise",
    "parse_shots",
    "parse_target",
    "rank",
    "reach",
    "weights",
]
