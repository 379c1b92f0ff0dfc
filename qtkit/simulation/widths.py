"""How many qubits angles are for: `qubits_of`."""

from __future__ import annotations

import functools

from qtkit.checks import checked_qubits
from qtkit.circuits.ansatz import Ansatz, checked_candidates

_MOST = 30  # qubits that are tried


def max_angles(candidates: tuple[Ansatz, ...], n: int) -> int:
    """A of all candidates together: what the longest layer of any takes, see `Ansatz.angles_per_layer`."""
    return max(candidate.angles_per_layer(n) for candidate in candidates)


def qubits_of(candidates: tuple[Ansatz, ...], width: int, n_qubits: int | None = None) -> int:
    """The number of qubits on which the longest layer of all candidates takes `width` angles; n itself for words.

    Raises:
        ValueError: if there is no such number, or several and `n_qubits` does not tell which; if on `n_qubits` a layer
            takes more angles, or fewer: those at the end would be left out without a word.
    """
    if n_qubits in (None, width) and width > 0 and checked_candidates(candidates).in_words:
        return width
    return _found(candidates, width, None if n_qubits is None else checked_qubits(n_qubits))


@functools.lru_cache(maxsize=256)
def _found(candidates: tuple[Ansatz, ...], width: int, n: int | None) -> int:
    if n is not None:
        taken = max_angles(candidates, n)
        if taken != width:
            raise ValueError(f"on {n} qubits a layer takes {taken} angles: angles must be (..., {taken}), got {width}")
        return n
    taken_on = {}
    for size in range(1, _MOST + 1):
        try:
            taken_on[size] = max_angles(candidates, size)
        except ValueError:  # a gate names a wire that so few have not
            continue
    fitting = [size for size, taken in taken_on.items() if taken == width]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        sizes = f"{fitting[0]} to {fitting[-1]}" if len(fitting) > 2 else " and ".join(map(str, fitting))
        raise ValueError(f"{width} angles a layer fit {sizes} qubits: say which by n_qubits")
    some = ", ".join(f"{taken} on {size}" for size, taken in list(taken_on.items())[:4])
    raise ValueError(f"no number of qubits has {width} angles a layer; these circuits take {some} qubits, ...")
