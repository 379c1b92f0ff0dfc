"""From circuits to the weights of a network: the search, the mapping, and the module that puts them together.

`search/` is which circuit, `mapping/` turns its probabilities into weights (equation 4), `target/` is the network they
are for; `quantum_train` is the whole, `generators` several for one network. `planning` tells sizes beforehand;
`compiled` does it without autograd, `machine` on an imperfect quantum computer, `onnx` writes it for other programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.generator.generators import Generators
    from qtkit.generator.onnx import export_onnx
    from qtkit.generator.planning import Plan, plan
    from qtkit.generator.search.choosing import Annealing
    from qtkit.generator.search.layerwise import LayerwiseSearch
    from qtkit.generator.weight_generator import WeightGenerator

__all__ = ["Annealing", "Generators", "LayerwiseSearch", "Plan", "WeightGenerator", "export_onnx", "plan"]

__getattr__, __dir__ = attach(
    __name__,
    {
        "Annealing": "qtkit.generator.search.choosing",
        "Generators": "qtkit.generator.generators",
        "LayerwiseSearch": "qtkit.generator.search.layerwise",
        "Plan": "qtkit.generator.planning",
        "WeightGenerator": "qtkit.generator.weight_generator",
        "export_onnx": "qtkit.generator.onnx",
        "plan": "qtkit.generator.planning",
    },
)
