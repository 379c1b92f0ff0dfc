"""`Machine`: a quantum computer as it is, with shots, faulty gates and faulty readout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from qtkit.checks import checked_between, checked_whole, checked_whole_or_none
from qtkit.circuits.ansatz import Ansatz
from qtkit.generator.generators import Generators
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.generator.search.diffqas import DiffQAS
from qtkit.generator.search.layerwise import LayerwiseSearch
from qtkit.generator.search.signals import equalise_signals
from qtkit.simulation import probabilities

MAX_SHOTS = 2**60


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Reads a search's distribution as a quantum computer would; by default a perfect one.

    Every candidate circuit is run and read by itself, with shots of its own; a classical computer adds the results up
    (equation 5). Of a `LayerwiseSearch` one circuit is read, the most probable; or, where it is a mixture of channels,
    what each shot of one machine gives that draws start and layers anew, with its gate errors exactly.

    Attributes:
        shots: how often each circuit is measured; None for exact probabilities.
        gate_error: the chance that a gate leaves a random Pauli error on each qubit it touches, 0 to 0.75: one rate for
            Hadamards, rotations and CNOTs, where real CNOTs fail several times more often.
        readout_error: the chance that a bit is read wrong, 0 to 0.5.
        trajectories: random sets of gate errors simulated of each circuit, see `qtkit.simulation.noise`. They give an
            estimate, which may be negative where probabilities are tiny; shots are drawn as if it were 0 there.
        seed: of all that is random.

    Raises:
        ValueError: for a value out of range.

    Example:
        >>> Machine(shots=100).measure(DiffQAS(n_qubits=3, depth=2)).shape
        torch.Size([8])
    """

    shots: int | None = None
    gate_error: float = 0.0
    readout_error: float = 0.0
    trajectories: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        checked = {
            "shots": checked_whole_or_none("shots", self.shots, 1, MAX_SHOTS),
            "gate_error": checked_between("gate_error", self.gate_error, 0, 0.75),
            "readout_error": checked_between("readout_error", self.readout_error, 0, 0.5),
            "trajectories": checked_whole("trajectories", self.trajectories, 1, 10_000),
            "seed": checked_whole("seed", self.seed, 0, 2**63 - 1),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def perfect(self) -> bool:
        """Whether it reads exact probabilities."""
        return self.shots is None and not self.gate_error and not self.readout_error

    @torch.no_grad()
    def measure(self, search: DiffQAS) -> Tensor:
        """The search's distribution as this machine reads it, `(2**n,)`, of the search's dtype and on its device.

        Raises:
            ValueError: for stacked blocks, whose candidates have no distributions of their own.
        """
        return self._measure(search, (self.seed,))

    def _measure(self, search: DiffQAS, seeds: tuple[int, ...]) -> Tensor:
        """As `measure`; all that is random comes from `seeds`."""
        if search.n_blocks > 1:
            raise ValueError(f"a machine reads each candidate by itself, which {search.n_blocks} stacked blocks forbid")
        if self.perfect:
            return search.distribution()
        if isinstance(search, LayerwiseSearch):
            return self._read_layers(search, np.random.default_rng([*seeds, 0])).to(search.angles.dtype)
        total = torch.zeros(2**search.n_qubits, dtype=torch.float64, device=search.angles.device)
        for place, (candidate, weight) in enumerate(zip(search.candidates, search.mixture, strict=True)):
            angles = search.angles if search.shared_angles else search.angles[place]
            angles = angles[:, : candidate.angles_per_layer(search.n_qubits)]
            generator = np.random.default_rng([*seeds, place])
            read = self._read(candidate, angles, search.n_qubits, generator)
            total += weight * (equalise_signals(read[None])[0] if search.equal_signals else read)
        return total.to(search.angles.dtype)

    @torch.no_grad()
    def network(self, model: QuantumTrain | Generators) -> nn.Module:
        """The target network on weights generated from what this machine reads: a plain module, no quantum part.

        Of several generators each is read by itself, with random numbers of its own.
        """
        if isinstance(model, Generators):
            read = [self._measure(part.search, (self.seed, place, 0)) for place, part in enumerate(model.each())]
            return model.to_classical(read)
        return model.to_classical(self.measure(model.search))

    def _read_layers(self, search: LayerwiseSearch, generator: np.random.Generator) -> Tensor:
        """The distribution of a search whose layers are chosen one by one, float64."""
        if search.layerwise == "channels":
            return self._counted(search.channels(self.gate_error).double(), generator)
        path = search.best_path()
        return self._read(search.circuit(path), search.path_angles(path), search.n_qubits, generator)

    def _read(self, candidate: Ansatz, angles: Tensor, n: int, generator: np.random.Generator) -> Tensor:
        """One circuit's distribution, float64."""
        if self.gate_error:
            from qtkit.simulation.noise import noisy_probabilities

            read = noisy_probabilities(
                candidate, angles, self.gate_error, trajectories=self.trajectories, generator=generator, n_qubits=n
            ).double()
        else:
            read = probabilities(candidate, angles, n_qubits=n).double()
        return self._counted(read, generator)

    def _counted(self, distribution: Tensor, generator: np.random.Generator) -> Tensor:
        """What comes out of shots on a distribution, float64, some of their bits read wrong."""
        read = read_wrong(distribution, self.readout_error)
        if self.shots is None:
            return read
        clean = read.clamp(min=0).cpu().numpy()
        counts = generator.multinomial(self.shots, clean / clean.sum())
        return torch.from_numpy(counts / self.shots).to(read.device)


def read_wrong(distribution: Tensor, readout_error: float) -> Tensor:
    """A distribution `(2**n,)` whose outcomes are read with each bit flipped by this chance, independently."""
    if not readout_error:
        return distribution
    n = (len(distribution) - 1).bit_length()
    read = distribution
    for wire in range(n):
        split = read.view(2**wire, 2, -1)
        read = ((1 - readout_error) * split + readout_error * split.flip(1)).view(-1)
    return read
