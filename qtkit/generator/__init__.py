"""From circuits to the weights of a network: the search, the mapping, and the module that puts them together.

`diffqas` adds up candidates, `layerwise` chooses layer by layer, `reading` is what the mapping sees of a probability,
`mapping` turns it into weights (equation 4), `quantum_train` is the whole, `generators` several of them for one
network; `planning` tells sizes before anything is built; `compiled` does the same without autograd, `machine` on an
imperfect quantum computer, and `onnx` writes what was generated for other programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.generator.choosing import Annealing
    from qtkit.generator.generators import Generators
    from qtkit.generator.layerwise import LayerwiseSearch
    from qtkit.generator.onnx import export_onnx
    from qtkit.generator.planning import Plan, plan
    from qtkit.generator.weight_generator import WeightGenerator

__all__ = ["Annealing", "Generators", "LayerwiseSearch", "Plan", "WeightGenerator", "export_onnx", "plan"]

__getattr__, __dir__ = attach(
    __name__,
    {
        "Annealing": "qtkit.generator.choosing",
        "Generators": "qtkit.generator.generators",
        "LayerwiseSearch": "qtkit.generator.layerwise",
        "Plan": "qtkit.generator.planning",
        "WeightGenerator": "qtkit.generator.weight_generator",
        "export_onnx": "qtkit.generator.onnx",
        "plan": "qtkit.generator.planning",
    },
)
