"""`LayerwiseSearch`: each layer has its own choice among layers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from qtkit import simulation
from qtkit.checks import checked_bool, checked_choice, checked_depth, checked_qubits
from qtkit.choices import LAYERWISE
from qtkit.circuits.ansatz import CANDIDATES, Ansatz, checked_candidates
from qtkit.generator.search.choosing import Temperature, checked_temperature, gumbel_noise, noisy_choice
from qtkit.generator.search.diffqas import DiffQAS
from qtkit.generator.search.layers import Choices, choices_of
from qtkit.generator.search.starts import initial_angles, initial_weights
from qtkit.generator.search.winners import Preferred
from qtkit.names import counted
from qtkit.simulation.channels import CHANNEL_QUBITS, mix_layers

_KEPT = 0.9  # of a mean, from one step to the next


class LayerwiseSearch(DiffQAS):
    """A search in which every layer has logits of its own over the layers of the candidates, and the start over theirs.

    The candidates' distinct layers are the K choices of each of the L layers, in layer l that which they have there;
    their distinct starts are those of the start. So the twelve of Table I are 2 starts and 6 layers, which make
    `2 * 6**L` circuits.

    Arguments:
        n_qubits, depth, candidates: as for `DiffQAS`.
        layerwise: how the logits are trained.

            - `"straight-through"`: one circuit a step, drawn by Gumbel noise, the same until `advance`. The gradient
              takes each layer that was not drawn for one that leaves the uniform distribution: it is biased, and costs
              nothing.
            - `"score"`: one circuit a step as well; logits are trained by what `score` adds to the loss, whose gradient
              is unbiased.
            - `"channels"`: all at once, each layer a mixture of quantum channels: exact, the gradient too, on at most
              9 qubits. The distribution is one that a machine can give.
        structural_init: `"equal"`: all choices alike; `"random"`: standard normal logits.
        shared_angles: one row of angles a layer for all choices, or one each.
        temperature: of the softmax, of the channels' chances or of the straight-through gradient.
        angle_init, train_angles, generator, backend, recompute, dtype, device: as for `DiffQAS`.

    Attributes:
        angles: `(L, A)`, or `(K, L, A)` if not `shared_angles`, A angles a layer at the most.
        structural_weights: the logits of the layers, `(L, K)`.
        start_weights: those of the starts, `(S,)`; a single one has none to train.
        choices: the starts and layers.

    Raises:
        ValueError: for a single circuit, where nothing is chosen; channels on more qubits; and as `DiffQAS`.

    Example:
        >>> search = LayerwiseSearch(n_qubits=3, depth=4)
        >>> search().shape, search.structural_weights.shape
        (torch.Size([8]), torch.Size([4, 6]))
        >>> search.derive().rotations(4)  # nothing is trained: the first choice everywhere
        ('rx', 'rx', 'rx', 'rx')
    """

    start_weights: Tensor
    baseline: Tensor

    def __init__(
        self,
        n_qubits: int,
        depth: int,
        candidates: Sequence[Ansatz] = CANDIDATES,
        *,
        layerwise: str = "straight-through",
        structural_init: str = "equal",
        shared_angles: bool = True,
        temperature: Temperature = 1.0,
        angle_init: str = "normal",
        train_angles: bool = True,
        generator: torch.Generator | None = None,
        backend: str = "auto",
        recompute: bool = False,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> None:
        nn.Module.__init__(self)
        self.n_qubits, self.depth = checked_qubits(n_qubits), checked_depth(depth)
        self.candidates = checked_candidates(candidates)
        self.layerwise = checked_choice("layerwise", layerwise, LAYERWISE)
        self.choices: Choices = choices_of(self.candidates, self.n_qubits)
        if self.layerwise == "channels" and self.n_qubits > CHANNEL_QUBITS:
            raise ValueError(
                f"a density matrix is for at most {CHANNEL_QUBITS} qubits, got {self.n_qubits}: one path a step, "
                "layerwise='straight-through' or 'score', is for any number"
            )
        self.weighting = "softmax" if self.layerwise == "channels" else "gumbel"
        self._temperature, self.straight_through = checked_temperature(temperature), True
        self.backend = checked_choice("backend", backend, simulation.BACKENDS)
        self.recompute = checked_bool("recompute", recompute)
        self.shared_angles, self.n_blocks = checked_bool("shared_angles", shared_angles), 1
        trained = checked_bool("train_angles", train_angles)
        self.equal_signals = False  # of a path there is one circuit

        width, layers, starts = self.choices.width(self.n_qubits), len(self.choices.layers), len(self.choices.starts)
        sets = () if shared_angles else (layers,)
        angles = initial_angles((*sets, self.depth, width), angle_init, generator)
        self.angles = nn.Parameter(angles.to(device=device, dtype=dtype), requires_grad=trained)
        for name, shape in (("structural_weights", (self.depth, layers)), ("start_weights", (starts,))):
            logits = initial_weights(shape, structural_init, "softmax", generator).to(device=device, dtype=dtype)
            if shape[-1] > 1:
                self.register_parameter(name, nn.Parameter(logits))
            else:
                self.register_buffer(name, torch.zeros_like(logits))
        self._count_steps(generator, device)
        if self.layerwise == "score":
            self.register_buffer("baseline", torch.full((), math.nan, dtype=dtype, device=device))

    @property
    def mixture(self) -> Tensor:
        """The chances of each layer's choices, `(L, K)`."""
        return torch.softmax(self.structural_weights / self._of_chances(), dim=-1)

    @property
    def start_mixture(self) -> Tensor:
        """The chances of the starts, `(S,)`."""
        return torch.softmax(self.start_weights / self._of_chances(), dim=-1)

    def _of_chances(self) -> float:
        """A path's chances have no temperature: that of the straight-through gradient changes no draw."""
        return self.temperature if self.layerwise == "channels" else 1.0

    @property
    def noise(self) -> Tensor:
        """The Gumbel noise of this step, of the start in the first places, of the layers after it: `(S + L K,)`."""
        count = self.start_weights.numel() + self.structural_weights.numel()
        return gumbel_noise((count,), int(self.noise_seed), self.steps_done).to(self.structural_weights)

    def _noisy(self) -> tuple[Tensor, Tensor]:
        """The choices of this step, one-hot, of the start `(S,)` and of the layers `(L, K)`, differentiable."""
        of_start, of_layers = self.noise.split([self.start_weights.numel(), self.structural_weights.numel()])
        pairs = ((self.start_weights, of_start), (self.structural_weights, of_layers))
        start, layers = (
            noisy_choice(logits, noise.view_as(logits), self.temperature, straight_through=True)
            for logits, noise in pairs
        )
        return start, layers

    @torch.no_grad()
    def path(self) -> tuple[int, ...]:
        """The choices that this step's noise draws: of the start, then of each layer."""
        start, layers = self._noisy()
        return int(start.argmax()), *layers.argmax(-1).tolist()

    @torch.no_grad()
    def best_path(self) -> tuple[int, ...]:
        """The most probable choices, the first of equals: of the start, then of each layer."""
        return int(self.start_weights.argmax()), *self.structural_weights.argmax(-1).tolist()

    def circuit(self, path: Sequence[int]) -> Ansatz:
        """The circuit of a path `(1 + L,)`: choices of the start and of each layer."""
        return self.choices.circuit(path[0], path[1:])

    def path_angles(self, path: Sequence[int]) -> Tensor:
        """The angles that a path's circuit reads, `(L, A)`, A as many a layer as it takes at the most."""
        angles = self.angles if self.shared_angles else self.angles[list(path[1:]), range(self.depth)]
        return angles[:, : self.circuit(path).angles_per_layer(self.n_qubits)]

    def path_probabilities(self, path: Sequence[int]) -> Tensor:
        """The distribution of a path's circuit at the angles as they are, `(2**n,)`, differentiable."""
        angles = self.path_angles(path)
        one = torch.ones(1, dtype=angles.dtype, device=angles.device)
        return simulation.ensemble(
            (self.circuit(path),),
            angles,
            one,
            n_qubits=self.n_qubits,
            backend=self.backend,
            recompute=self.recompute,
        )

    def log_probability(self, path: Sequence[int]) -> Tensor:
        """The logarithm of a path's chance: a number, differentiable."""
        of_layers = torch.log_softmax(self.structural_weights, dim=-1)[range(self.depth), list(path[1:])]
        return torch.log_softmax(self.start_weights, dim=-1)[path[0]] + of_layers.sum()

    def score(self, loss: Tensor) -> Tensor:
        """What to add to the loss of a step that drew one path: 0, with an unbiased gradient of the expected loss.

        `(loss - b) * log_probability`, its value taken away (Williams 1992, "REINFORCE"); b is the mean of losses
        before, of which this call's becomes a part: the first call only sets it.

        Arguments:
            loss: a number, of the circuit drawn in this step.

        Raises:
            ValueError: unless `layerwise="score"`.
        """
        if self.layerwise != "score":
            raise ValueError(f"score trains the logits of layerwise='score', got {self.layerwise!r}")
        value = loss.detach().to(self.baseline)
        known = not bool(self.baseline.isnan())
        term = (
            (value - self.baseline) * self.log_probability(self.path()) if known else self.structural_weights.sum() * 0
        )
        with torch.no_grad():
            self.baseline.copy_(_KEPT * self.baseline + (1 - _KEPT) * value if known else value)
        return term - term.detach()

    def forward(self) -> Tensor:
        """The distribution `(2**n,)`: of this step's circuit in training mode, or of the channels."""
        if not self.training or self.layerwise == "channels":
            return self.distribution()
        path = self.path()
        drawn = self.path_probabilities(path)
        if self.layerwise == "score":
            return drawn
        start, layers = self._noisy()
        weight = start[path[0]] * layers[range(self.depth), list(path[1:])].prod()  # 1, with a gradient
        return drawn + (weight - 1) * (drawn.detach() - 1 / len(drawn))

    def distribution(self) -> Tensor:
        """Without noise, `(2**n,)`: of the channels, else of the most probable circuit."""
        return self.channels() if self.layerwise == "channels" else self.path_probabilities(self.best_path())

    def channels(self, gate_error: float = 0.0) -> Tensor:
        """What a machine gives that draws start and layers anew each time it runs, by the mixtures: `(2**n,)`.

        Arguments:
            gate_error: of that machine, see `qtkit.Machine`; exactly, without random errors.

        Raises:
            ValueError: unless `layerwise="channels"`.
        """
        if self.layerwise != "channels":
            raise ValueError(f"a mixture of channels is that of layerwise='channels', got {self.layerwise!r}")
        starts, layers = self.choices.starts, self.choices.layers
        return mix_layers(
            starts, self.start_mixture, layers, self.mixture, self.angles, self.n_qubits, gate_error=gate_error
        )

    def entropy(self) -> Tensor:
        """The entropy of a layer's choices in nats, the mean of all layers and of the start, where it has a choice."""
        rows = [self.mixture] if self.choices.layers[1:] else []
        rows += [self.start_mixture[None]] if self.choices.starts[1:] else []
        each = [-(row * row.clamp_min(torch.finfo(row.dtype).tiny).log()).sum(-1) for row in rows]
        return torch.cat(each).mean()

    def derive(self) -> Ansatz:
        """The most probable circuit, layer by layer, for `QuantumTrain(..., depth, candidates=[circuit])`."""
        return self.circuit(self.best_path())

    def candidate_probabilities(self) -> Tensor:
        """ValueError: the candidates are choices of layers here."""
        raise ValueError("the candidates of a layerwise search are choices of its layers: ask path_probabilities")

    def winners(self) -> tuple[Preferred, ...]:
        """ValueError, as `candidate_probabilities`."""
        raise ValueError("a layerwise search has as many circuits as paths: ask derive() for the most probable")

    def prune(self, keep: int, optimiser: object = None) -> tuple[Ansatz, ...]:  # noqa: ARG002  (those of DiffQAS)
        """ValueError: choices of layers are not dropped."""
        raise ValueError("a layerwise search simulates one path, whatever the choices are: there is nothing to prune")

    def extra_repr(self) -> str:
        """What `repr` shows."""
        count = sum(p.numel() for p in self.parameters() if p.requires_grad)
        starts, layers = len(self.choices.starts), len(self.choices.layers)
        return (
            f"{counted(self.n_qubits, 'qubit')} × {counted(self.depth, 'layer')}, each of {layers}, {starts} starts, "
            f"{self.layerwise}: {count:,} trainable"
        )
