"""The paper as data: settings of its experiments, Tables I and II, and the list of its figures. No logic.

The paper: S. Y.-C. Chen, C.-Y. Liu, K.-C. Chen, W.-J. Huang, Y.-J. Chang, W.-H. Huang, "Differentiable Quantum
Architecture Search in Quantum-Enhanced Neural Network Parameter Generation". Captions are in our own words. A value the
paper does not give is None: what qtkit uses there is a choice of its own, told where it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qtkit.names import OURS


@dataclass(frozen=True)
class Target:
    """A generated network: its number of parameters p, and of trained numbers with all twelve candidates."""

    name: str
    num_weights: int
    num_trainable: int


@dataclass(frozen=True)
class Optimiser:
    """An optimiser and what the paper says of its settings."""

    name: str
    learning_rate: float
    options: Mapping[str, float | tuple[float, float]]


@dataclass(frozen=True)
class Experiment:
    """One of the three experiments of section VI.

    Attributes:
        section: where the settings stand.
        targets: the generated networks.
        depth: L, layers of the quantum circuits.
        batch_size: samples a step; for reinforcement learning, environment steps a worker makes between updates.
        epochs: passes over the training data; None where the paper does not say.
        options: further settings, by name.
    """

    name: str
    section: str
    datasets: tuple[str, ...]
    targets: tuple[Target, ...]
    depth: int
    batch_size: int
    optimiser: Optimiser
    epochs: int | None
    options: Mapping[str, float]


@dataclass(frozen=True)
class Figure:
    """A figure of the paper.

    Attributes:
        kind: `"concept"` for drawings, `"curves"` for training curves, `"rollout"` for predicted series.
        experiment: a key of `EXPERIMENTS`, or None.
        dataset: what the figure shows results on, or None.
        caption: what is to be seen, in our words.
    """

    number: int
    kind: str
    experiment: str | None
    dataset: str | None
    caption: str


@dataclass(frozen=True)
class Pair:
    """Two classes of a data set of images, to be told apart.

    Attributes:
        title: as in `EXPERIMENTS`.
        dataset, classes: as in `qtkit.tasks.images.ImageSettings`.
    """

    title: str
    dataset: str
    classes: tuple[int, int]


@dataclass(frozen=True)
class Configuration:
    """A column of Table I, in the table's own spelling."""

    hadamard: str
    entanglement: str
    rotation: str


EXPERIMENTS: Mapping[str, Experiment] = MappingProxyType(
    {
        "images": Experiment(
            name="Image classification",
            section="VI.A",
            datasets=("MNIST 1/5", "FashionMNIST 1/5", "FashionMNIST 5/7"),
            targets=(Target("network", 108_866, 286),),
            depth=15,
            batch_size=100,
            optimiser=Optimiser("Adam", 1e-3, MappingProxyType({})),
            epochs=None,
            options=MappingProxyType({}),
        ),
        "series": Experiment(
            name="Time-series prediction",
            section="VI.B",
            datasets=("Bessel", "Damped SHM", "Delayed QC", "NARMA 5", "NARMA 10"),
            targets=(Target("LSTM", 1_781, 135),),
            depth=10,
            batch_size=10,
            optimiser=Optimiser("RMSprop", 0.01, MappingProxyType({"alpha": 0.99, "eps": 1e-8})),
            epochs=100,  # the last epoch of Figures 8 to 12
            options=MappingProxyType({"window": 4}),
        ),
        "gridworld": Experiment(
            name="Reinforcement learning",
            section="VI.C",
            datasets=("MiniGrid-Empty-5x5", "MiniGrid-Empty-6x6"),
            targets=(Target("policy", 6_023, 157), Target("value", 5_825, 157)),
            depth=10,
            batch_size=5,
            optimiser=Optimiser("Adam", 1e-4, MappingProxyType({"betas": (0.92, 0.999)})),
            epochs=None,
            options=MappingProxyType({"workers": 16, "discount": 0.9, "episodes": 50_000}),
        ),
    }
)
"""Section VI: images, series, gridworld."""

ROLLOUT_EPOCHS = (1, 15, 30, 100)
"""The epochs at which Figures 8 to 12 show predictions."""

SERIES_TRAIN_SHARE = 0.67
"""The first part of a series' windows that is trained on: not in the paper, but in the authors' published code."""

REWARD_WINDOW = 1_000
"""Episodes in the moving average and standard deviation of Figures 13 and 14."""

REWARD_INSET = 5_000
"""Last episodes, shown enlarged in Figures 13 and 14."""

TABLE_I: Mapping[int, Configuration] = MappingProxyType(
    {
        1: Configuration("Y", "Ent", "Rx"),
        2: Configuration("Y", "Ent", "Ry"),
        3: Configuration("Y", "Ent", "Rz"),
        4: Configuration("Y", "Cyc", "Rx"),
        5: Configuration("Y", "Cyc", "Ry"),
        6: Configuration("Y", "Cyc", "Rz"),
        7: Configuration("N", "Ent", "Rx"),
        8: Configuration("N", "Ent", "Ry"),
        9: Configuration("N", "Ent", "Rz"),
        10: Configuration("N", "Cyc", "Rx"),
        11: Configuration("N", "Cyc", "Ry"),
        12: Configuration("N", "Cyc", "Rz"),
    }
)
"""The twelve baseline circuits by number; `qtkit.CANDIDATES` holds the same as circuits."""

TABLE_II: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        model: MappingProxyType(dict(zip(EXPERIMENTS["series"].datasets, errors, strict=True)))
        for model, errors in (
            (OURS, (0.000040, 0.000036, 0.001710, 0.000050, 0.000117)),
            ("Config 1", (0.000515, 0.000155, 0.000715, 0.000038, 0.000095)),
            ("Config 2", (0.000525, 0.000695, 0.001190, 0.000068, 0.000103)),
            ("Config 3", (0.000515, 0.000155, 0.000676, 0.000038, 0.000095)),
            ("Config 4", (0.000515, 0.000155, 0.002011, 0.000038, 0.000095)),
            ("Config 5", (0.002902, 0.000820, 0.001111, 0.000024, 0.000098)),
            ("Config 6", (0.000515, 0.000155, 0.002638, 0.000038, 0.000095)),
            ("Config 7", (0.000601, 0.000040, 0.001679, 0.000052, 0.000120)),
            ("Config 8", (0.000141, 0.008873, 0.001723, 0.000091, 0.000081)),
            ("Config 9", (0.001391, 0.000154, 0.000956, 0.000045, 0.000125)),
            ("Config 10", (0.000216, 0.000157, 0.001839, 0.000040, 0.000121)),
            ("Config 11", (0.007428, 0.032072, 0.000211, 0.000054, 0.000140)),
            ("Config 12", (0.001391, 0.000154, 0.000956, 0.000045, 0.000125)),
        )
    }
)
"""Mean squared errors, by model and series. The search over all twelve circuits, `OURS`, is printed as "Ours"."""

TABLE_CAPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "I": "The twelve circuits: Hadamards at the start or not, two ways to entangle, three rotations.",
        "II": "Mean squared error of each model on the five series.",
    }
)

FIGURES: tuple[Figure, ...] = (
    Figure(1, "concept", None, None, "A usual variational circuit encodes its input; one in Quantum-Train does not."),
    Figure(2, "concept", None, None, "Quantum-Train: a circuit's probabilities, mapped to the weights of a network."),
    Figure(3, "concept", None, None, "The parts of the candidate circuits: start, entangling layer, rotations."),
    Figure(4, "concept", None, None, "Quantum-Train on the weighted sum of all candidate circuits."),
    Figure(5, "curves", "images", "MNIST 1/5", "Accuracy and loss while training: the search and twelve baselines."),
    Figure(6, "curves", "images", "FashionMNIST 1/5", "As Figure 5, for trousers and sandals."),
    Figure(7, "curves", "images", "FashionMNIST 5/7", "As Figure 5, for sandals and sneakers, the harder pair."),
    Figure(8, "rollout", "series", "Bessel", "Prediction and truth of a Bessel function at four epochs."),
    Figure(9, "rollout", "series", "Damped SHM", "As Figure 8, for a damped oscillation."),
    Figure(10, "rollout", "series", "Delayed QC", "As Figure 8, for the light of an atom before a mirror."),
    Figure(11, "rollout", "series", "NARMA 5", "As Figure 8, for a nonlinear process that remembers five steps."),
    Figure(12, "rollout", "series", "NARMA 10", "As Figure 8, for a nonlinear process that remembers ten steps."),
    Figure(13, "curves", "gridworld", "MiniGrid-Empty-5x5", "Reward by episode: the search and twelve baselines."),
    Figure(14, "curves", "gridworld", "MiniGrid-Empty-6x6", "As Figure 13, in the larger room."),
)
"""All figures, in order."""


PAIRS: Mapping[str, Pair] = MappingProxyType(
    {
        "mnist-1-5": Pair("MNIST 1/5", "mnist", (1, 5)),
        "fashion-1-5": Pair("FashionMNIST 1/5", "fashion", (1, 5)),
        "fashion-5-7": Pair("FashionMNIST 5/7", "fashion", (5, 7)),
    }
)
"""The pairs of classes, by the experiment of stored runs."""

DATASETS = dict(
    zip(("bessel", "damped_shm", "delayed_qc", "narma5", "narma10"), EXPERIMENTS["series"].datasets, strict=True)
)
"""The series' name in the settings, to its column in Table II."""

ENVIRONMENTS = {f"{name.lower()}-v0": name for name in EXPERIMENTS["gridworld"].datasets}
"""The experiment of stored runs, to the environment's name in the paper."""
