"""What an answer may not call: qtkit's own functions that solve the exercise, and the checks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_PROBABILITIES = (
    "qtkit.simulation.ensembles.probabilities",
    "qtkit.simulation.ensembles.candidate_probabilities",
    "qtkit.simulation.ensembles.ensemble",
)

FORBIDDEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "qubits": ("qtkit.circuits.ansatz.qubits_for",),
        "break_even": ("qtkit.generator.counts.counts",),
        "layers": ("qtkit.analysis.explanation.idle_layers", "qtkit.simulation.structure.structure"),
        "push": ("qtkit.simulation.permutation.cnot_images", "qtkit.simulation.permutation.cnot_sources"),
        "iqp": _PROBABILITIES,
        "count": ("qtkit.generator.counts.counts", "qtkit.generator.quantum_train.QuantumTrain"),
        "mixture": ("qtkit.simulation.ensembles.ensemble", "qtkit.generator.search.diffqas.DiffQAS"),
        "stays": ("qtkit.simulation.structure.structure", "qtkit.analysis.explanation.explain"),
        "prefer": (
            "qtkit.generator.search.diffqas.DiffQAS",
            "qtkit.generator.search.winners.rank_candidates",
            "qtkit.generator.search.winners.signal_shares",
        ),
        "clean_runs": ("qtkit.simulation.noise.fidelity", "qtkit.simulation.noise.error_places"),
        "misread": ("qtkit.generator.machine.read_wrong",),
        "free_run": ("qtkit.tasks.series.training.rollout",),
        "agreement": ("qtkit.claims.statistics.choice.agreements",),
        "luck": ("qtkit.claims.statistics.choice.agreement_by_chance",),
        "sign_chance": (
            "qtkit.claims.statistics.signed_ranks.signed_rank",
            "qtkit.claims.statistics.signed_ranks.upper_tail",
        ),
        "verdict": ("qtkit.claims.statistics.words.judge",),
        "pick_regret": ("qtkit.claims.statistics.choice.regrets",),
        "trained": (
            "qtkit.generator.counts.counts",
            "qtkit.generator.planning.plan",
            "qtkit.generator.quantum_train.QuantumTrain",
            "qtkit.generator.mapping.sizes.count_numbers",
        ),
        "write_chunks": (
            "qtkit.generator.counts.weights",
            "qtkit.generator.mapping.linear.generated_chunks",
            "qtkit.generator.mapping.linear.generated_weights",
            "qtkit.generator.quantum_train.QuantumTrain",
        ),
        "returns": ("qtkit.tasks.gridworld.a3c.rollout.compute_returns",),
        "shortest_path": ("qtkit.tasks.gridworld.evaluation.shortest_path",),
    }
)
"""Of each exercise, what its answer may not call, by the module that defines it. An exercise without a row forbids
nothing but `HIDDEN`."""

HIDDEN = ("qtkit.labs", "qtkit.grading", "qtkit.handouts")
"""What no answer may import: the checks, which hold the answers, and what reads solutions; nothing below imports it."""
