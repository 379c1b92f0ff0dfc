"""What a layerwise search chooses from: the distinct starts and layers of circuits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.elements import Element, H


@dataclass(frozen=True)
class Choices:
    """Circuits that stand for their starts, and circuits that stand for their layers.

    Attributes:
        starts: S circuits with different starts.
        layers: K circuits with different layers; in layer l of a path a circuit gives that which it has there.
    """

    starts: tuple[Ansatz, ...]
    layers: tuple[Ansatz, ...]

    def width(self, n_qubits: int) -> int:
        """A, the most angles that a layer takes."""
        return max(ansatz.angles_per_layer(n_qubits) for ansatz in self.layers)

    def circuit(self, start: int, path: Sequence[int]) -> Ansatz:
        """The circuit with this start and these choices of its layers; without layers, those of the first choice."""
        layers = [self._layer(choice, place) for place, choice in enumerate(path)] or [self._layer(0, 0)]
        shortest = next(k for k in range(1, len(layers) + 1) if _repeats(layers, k))
        return Ansatz(start=start_of(self.starts[start]), layer=layers[:shortest])

    def _layer(self, choice: int, place: int) -> tuple[Element, ...]:
        parts = self.layers[choice].layers
        return parts[place % len(parts)]


def choices_of(candidates: Sequence[Ansatz], n_qubits: int) -> Choices:
    """The distinct starts and layers, the first circuits that have them.

    Raises:
        ValueError: if there is nothing to choose, or a gate names a wire that `n_qubits` do not have.
    """
    for candidate in candidates:
        candidate.check_fits(n_qubits)
    starts: dict[tuple[Element, ...], Ansatz] = {}
    layers: dict[tuple[tuple[Element, ...], ...], Ansatz] = {}
    for candidate in candidates:
        starts.setdefault(start_of(candidate), candidate)
        layers.setdefault(candidate.layers, candidate)
    if len(starts) == len(layers) == 1:
        raise ValueError(f"nothing is chosen: {candidates[0]} is the only start and the only layer")
    return Choices(tuple(starts.values()), tuple(layers.values()))


def start_of(ansatz: Ansatz) -> tuple[Element, ...]:
    """The elements before the layers."""
    if ansatz.in_words:
        return (H(),) if ansatz.hadamard else ()
    return tuple(ansatz.start or ())


def _repeats(layers: Sequence[object], period: int) -> bool:
    return all(layer == layers[place % period] for place, layer in enumerate(layers))
