"""Plans that ask whether the search chooses well: controls of its circuits and starts, and rates to tune all models.

All are in the reading in which a circuit is heard, see `qtkit.tasks.readings`, and as small as the question allows: one
pair of classes, FashionMNIST 5/7, where circuits differ most. `qtkit table search` judges what they give.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qtkit.analysis.equality import equal_candidates
from qtkit.circuits.ansatz import CNOT, Ansatz, qubits_for
from qtkit.names import RIVALS
from qtkit.tasks.protocols import Settings
from qtkit.tasks.readings import HEARD, SEEING_HEARD
from qtkit.tasks.settings import RunSettings

if TYPE_CHECKING:
    from qtkit.tasks.images.settings import ImageSettings

DISTINCT_CONFIGS = tuple(group[0] + 1 for group in equal_candidates())
"""Numbers in Table I, one of each set of equal circuits: 3, 4 and 6 are as 1, and 12 as 9, whatever their angles."""

EPOCHS = 50
"""Of images, as the stored runs in this reading have: circuits alone that both need are computed once."""


def plan_uniform(seed: int) -> list[Settings]:
    """The search and its circuits from angles anywhere in (-π, π).

    From the usual start, all angles near 0, only configs 2 and 5 (Hadamards and RY) begin spread over all basis states;
    the others without Hadamards begin at one. Is it worth that the weights follow, or the start?
    """
    from qtkit.tasks.series.settings import SeriesSettings

    series = [SeriesSettings(dataset=name, seed=seed, predictions="none") for name in ("bessel", "damped_shm")]
    searches: list[RunSettings] = [_images(seed), *(HEARD.apply(each) for each in series)]
    return [
        run
        for each in searches
        for run in _with_circuits(dataclasses.replace(each, angle_init="uniform"), DISTINCT_CONFIGS)
    ]


def plan_alike(seed: int) -> list[Settings]:
    """The search and its circuits with every circuit's signal scaled to the same size, from the usual start.

    Shown `2**n P - 1`, circuits without Hadamards begin as one huge number among zeros, those with Hadamards and RY
    spread and small: so weights may follow how loud a circuit is, and not what it is worth. Here all are as loud.
    """
    search = dataclasses.replace(_images(seed), equal_signals=True)
    return _with_circuits(search, DISTINCT_CONFIGS)


WAYS: tuple[Mapping[str, Any], ...] = (
    {},
    {"weighting": "softmax"},
    {"weighting": "softmax", "mixture_entropy": 0.1},
    {"weighting": "softmax", "final_temperature": 0.1, "annealing_steps": 3_000},
    {"weighting": "gumbel", "final_temperature": 0.1, "annealing_steps": 3_000},
    {"weighting": "gumbel", "final_temperature": 0.1, "annealing_steps": 3_000, "straight_through": True},
)
"""To make a mixture of structural weights; 3,000 steps are half a training of the plan `search-weights`."""


def plan_weights(seed: int) -> list[Settings]:
    """The search by each of the `WAYS` to make a mixture of its weights, and its circuits.

    Raw weights, the paper's, grow without bounds and may share the network for ever; those of a softmax take from each
    other, and the colder it is, or the more its entropy costs, the more of it the largest has. Gumbel noise tries every
    circuit while the weights are near, straight through each by itself. The circuits alone are those of the plan
    `images` in this reading, and are computed once.
    """
    search = _images(seed)
    return [*(dataclasses.replace(search, **way) for way in WAYS), *_alone(search, DISTINCT_CONFIGS)]


def plan_distinct(seed: int) -> list[Settings]:
    """The search over one of each set of equal circuits: eight candidates, on all pairs of classes and series.

    Among the twelve, a circuit that is there four times has four weights, which Adam and RMSprop move as fast each as
    the only weight of another: together they rise four times as fast, whatever they are worth. The circuits alone are
    those of the plans `images` and `table2` in this reading, and are computed once.
    """
    from qtkit.paper import DATASETS, PAIRS
    from qtkit.tasks.series.settings import SeriesSettings

    pairs = [dataclasses.replace(_images(seed), dataset=pair.dataset, classes=pair.classes) for pair in PAIRS.values()]
    series = [HEARD.apply(SeriesSettings(dataset=name, seed=seed, predictions="none")) for name in DATASETS]
    searches: list[RunSettings] = [*pairs, *series]
    return [
        run
        for each in searches
        for run in _with_circuits(dataclasses.replace(each, candidates=DISTINCT_CONFIGS), DISTINCT_CONFIGS)
    ]


def plan_patterns(seed: int) -> list[Settings]:
    """The search over twelve circuits that all have Hadamards and RY, and differ in their CNOTs alone.

    All can learn and all start alike: what is left to tell them apart is the pattern, the search's own business.
    """
    circuits = tuple(Ansatz(True, pattern, "ry") for pattern in patterns(_image_qubits()).values())
    return _with_circuits(dataclasses.replace(_images(seed), candidates=circuits), circuits)


def plan_planted(seed: int) -> list[Settings]:
    """Two searches whose answer is known: one circuit that learns among eleven that cannot, and one that cannot.

    Config 5 stands among circuits whose probabilities do not depend on the angles: uniform ones, and basis state 0.
    Config 9, basis state 0, stands among eleven that learn. A search that does not find them out chooses by something
    else than merit.
    """
    found, base = patterns(_image_qubits()), _images(seed)
    idle = [Ansatz(True, found[name], rotation) for name in ("star", "halves") for rotation in ("rx", "rz")]
    idle.append(Ansatz(False, found["star"], "rz"))
    one_learns = dataclasses.replace(base, candidates=(5, 1, 3, 4, 6, 9, 12, *idle))
    able = tuple(Ansatz(True, found[name], "ry") for name in ("none", "star", "ladder", "skip", "halves"))
    one_does_not = dataclasses.replace(base, candidates=(9, 2, 5, 7, 8, 10, 11, *able))
    runs = [*_with_circuits(one_learns, (5, 1, 9)), *_with_circuits(one_does_not, one_does_not.candidates)]
    return list(dict.fromkeys(runs))


CALM: Mapping[str, Any] = {"learning_rate": 0.002, "epochs": 150, "mapping_scale": 0.3}
"""How the searches of the plan `search-calm` differ from the usual ones."""


def plan_calm(seed: int) -> list[Settings]:
    """The five series with a fifth of the paper's learning rate, half as long again, with raw and softmax weights.

    At RMSprop's 0.01 the errors of neighbouring epochs differ by factors of ten, and so do those of seeds: that drowns
    what a circuit is worth, and what the weights say of it. A smaller start of the mapping leaves more to the circuits.
    Each search is there with twelve candidates and with the eight distinct ones: see `plan_distinct` for why.
    """
    from qtkit.paper import DATASETS
    from qtkit.tasks.series.settings import SeriesSettings

    runs: list[Settings] = []
    for dataset in DATASETS:
        usual = SeriesSettings(dataset=dataset, seed=seed, predictions="none")
        search = HEARD.apply(dataclasses.replace(usual, **CALM))
        eight = dataclasses.replace(search, candidates=DISTINCT_CONFIGS)
        runs += [dataclasses.replace(each, weighting=how) for each in (search, eight) for how in ("raw", "softmax")]
        runs += _alone(search, DISTINCT_CONFIGS)
    return runs


CAUSES: tuple[Mapping[str, Any], ...] = ({}, *({name: value} for name, value in CALM.items()), CALM)
"""The usual optimiser, each change of the calmer one by itself, and all of them."""

LOUD_CONFIG = 9
"""Its distribution stands on one outcome, shown as `2**n - 1` among values of -1: its weight moves one weight alone."""


def plan_causes(seed: int) -> list[Settings]:
    """Bessel and the damped oscillation: what of a calmer optimiser makes seeds agree, and what lets weights follow?

    There the calmer optimiser of the plan `search-calm` brings out which circuit is better, and the weights do not say
    it. So each of the `CAUSES` is there by itself, the search and its circuits alone; then a softmax, with the usual
    optimiser and the calmer one; and, with both, a search without the circuit that only moves one weight.
    """
    from qtkit.tasks.series.settings import SeriesSettings

    runs: list[Settings] = []
    for dataset in ("bessel", "damped_shm"):
        usual = HEARD.apply(SeriesSettings(dataset=dataset, seed=seed, predictions="none"))
        for change in CAUSES:
            search = dataclasses.replace(usual, **change)
            runs += _with_circuits(search, DISTINCT_CONFIGS)
            if change in (CAUSES[0], CALM):
                others = tuple(k for k in DISTINCT_CONFIGS if k != LOUD_CONFIG)
                runs += [
                    dataclasses.replace(search, weighting="softmax"),
                    dataclasses.replace(search, candidates=others),
                ]
    return runs


RATES: Mapping[str, tuple[float, ...]] = {
    "images": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
    "series": (3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
    "gridworld": (3e-5, 1e-4, 3e-4, 1e-3, 3e-3),
}
"""Learning rates by task; the paper's own is among them, and there are some on either side of it.

From 0.001 to 0.01 alone the grid ended too early: most rivals had their lowest training loss at one end of it. One rate
of them is `--set learning_rate=0.001`.
"""

BEST: Mapping[str, tuple[int, ...]] = {"images": (5, 2), "series": (8, 5), "gridworld": (5, 2)}
"""Circuits that did best alone in the first runs of this reading."""

AGENT_EPISODES = 15_000
"""Of agents that see and hear, as the stored runs in this reading have: most are at the shortest path by then."""


def plan_rates(seed: int) -> list[Settings]:
    """The search, its best circuits alone, the mapping alone and rivals of the same size, each with all `RATES`.

    Whoever is given its own best rate is compared at its best, see `qtkit.claims.search.rates`: a rival that is left at
    the search's rate says little.
    """
    from qtkit.paper import DATASETS
    from qtkit.tasks.gridworld.settings import GridworldSettings
    from qtkit.tasks.series.settings import SeriesSettings

    agents = SEEING_HEARD.apply(GridworldSettings(seed=seed, episodes=AGENT_EPISODES))
    series = [HEARD.apply(SeriesSettings(dataset=name, seed=seed, predictions="none")) for name in DATASETS]
    return [
        *_at_all_rates(_images(seed), "images"),
        *(run for each in series for run in _at_all_rates(each, "series")),
        *_at_all_rates(agents, "gridworld"),
    ]


def patterns(n_qubits: int) -> dict[str, str | tuple[CNOT, ...]]:
    """Twelve ways to place CNOTs on so many qubits, by name; those of Table I are words.

    `"none"` entangles nothing. A star has its centre at qubit 0, `"star inwards"` targets it. `"ladder"` is the ring
    without its last CNOT; `"... reversed"` has the CNOTs in the other order. `"skip"` goes from i to i + 2,
    `"halves"` from the first half to the second, `"mirror"` from i to n - 1 - i.
    """
    n = n_qubits
    ring, brick = Ansatz(True, "ring", "ry").cnots(n), Ansatz(True, "brick", "ry").cnots(n)
    ladder, star = ring[:-1], tuple((0, wire) for wire in range(1, n))
    return {
        "brick": "ent",
        "ring": "cyc",
        "none": (),
        "brick reversed": brick[::-1],
        "ring reversed": ring[::-1],
        "ladder": ladder,
        "ladder reversed": ladder[::-1],
        "star": star,
        "star inwards": tuple((wire, 0) for _, wire in star),
        "skip": tuple((wire, (wire + 2) % n) for wire in range(n)),
        "halves": tuple((wire, wire + n // 2) for wire in range(n // 2)),
        "mirror": tuple((wire, n - 1 - wire) for wire in range(n // 2)),
    }


SEARCH_PLANS: tuple[tuple[str, str, Callable[[int], Sequence[Settings]]], ...] = (
    ("search-uniform", "Does w follow the start: the search and its circuits from angles anywhere", plan_uniform),
    ("search-alike", "The search and its circuits, every signal scaled to the same size", plan_alike),
    ("search-weights", "The search by raw, softmax, annealed and Gumbel weights, and its circuits", plan_weights),
    ("search-distinct", "The search over the eight distinct circuits on images and series", plan_distinct),
    ("search-patterns", "The search over twelve circuits that differ in their CNOTs alone", plan_patterns),
    ("search-planted", "Two searches with a known answer: one circuit learns, or one does not", plan_planted),
    ("search-calm", "The search and its circuits on five series, with a calmer optimiser", plan_calm),
    ("search-causes", "Two series: each change of the calmer optimiser by itself, and other causes", plan_causes),
    ("rates", "Search, circuits, mapping and rivals at five to seven learning rates on all tasks", plan_rates),
)
"""Name, title and settings of each plan, for `qtkit.runs.sweeps.plans.PLANS`."""


def _images(seed: int) -> ImageSettings:
    from qtkit.tasks.images.settings import ImageSettings

    return HEARD.apply(ImageSettings(dataset="fashion", classes=(5, 7), seed=seed, epochs=EPOCHS))


def _image_qubits() -> int:
    from qtkit.paper import EXPERIMENTS

    return qubits_for(EXPERIMENTS["images"].targets[0].num_weights)


def _with_circuits(search: RunSettings, circuits: Iterable[int | Ansatz]) -> list[Settings]:
    """The search, and each of these circuits alone."""
    return [search, *_alone(search, circuits)]


def _alone(search: RunSettings, circuits: Iterable[int | Ansatz]) -> list[Settings]:
    return [dataclasses.replace(search, candidates=(circuit,)) for circuit in circuits]


def _at_all_rates(search: RunSettings, task: str) -> list[Settings]:
    """All models of the plan `rates` on a task."""
    kinds: list[dict[str, Any]] = [{}, *({"candidates": (k,)} for k in BEST[task])]
    kinds += [{"model": model} for model in ("mapping", *RIVALS)]
    return [dataclasses.replace(search, learning_rate=rate, **kind) for kind in kinds for rate in RATES[task]]
