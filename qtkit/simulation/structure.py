"""What the exact structure of an ansatz is, and so how cheaply it can be simulated."""

from __future__ import annotations

from enum import Enum

from qtkit.checks import checked_depth
from qtkit.circuits.ansatz import Ansatz


class Structure(Enum):
    """The kinds of circuit an `Ansatz` can be; see `structure` for the rules and their proofs."""

    UNIFORM = "uniform"
    BASIS = "basis"
    IQP = "iqp"
    REAL = "real"
    COMPLEX = "complex"

    @property
    def depends_on_angles(self) -> bool:
        """Whether the probabilities can depend on the angles at all."""
        return self not in (Structure.UNIFORM, Structure.BASIS)


def structure(ansatz: Ansatz, depth: int) -> Structure:
    """The cheapest exact description of `ansatz` with `depth` layers, whatever its CNOTs are.

    The rules, in the order they are tried. `U` is one layer of CNOTs, any list of them: it permutes the basis states
    and fixes `|0...0>`, since a CNOT flips nothing where its control is 0.

    1. **Uniform**: Hadamards, and only RX and RZ up to some layer, then only RZ (with no RY anywhere).
       `U|+...+> = |+...+>`: permuting equal amplitudes changes nothing. `RX(t)|+> = exp(-it/2)|+>`: `|+>` is an
       eigenvector of X. So while only RX has acted the state is `|+...+>` up to a phase. RZ multiplies each amplitude
       by a phase and CNOTs permute amplitudes, so from then on all `|amplitude|**2` stay `2**-n`. (An RX *after* an RZ
       mixes amplitudes of different phase: not uniform.)
    2. **Basis state 0**: no Hadamards and only RZ. `|0...0>` is an eigenvector of RZ and fixed by `U`.
    3. **IQP**: no Hadamards and only RX. Pushing all CNOTs to the start of the circuit turns it into a product of
       commuting rotations about X-strings (`qtkit.simulation.permutation.parity_masks` has the proof), so
       `|psi> = H D H|0...0>` with a diagonal `D` (Shepherd and Bremner, Proc. R. Soc. A 465, 1413 (2009)).
    4. **Real**: only RY. CNOTs, Hadamards and RY are real matrices, so the amplitudes are real.
    5. **Complex**: everything else.

    With depth 0 only the start state is left: uniform or basis state 0.
    """
    rotations = ansatz.rotations(checked_depth(depth))
    used = set(rotations)
    if ansatz.hadamard and "ry" not in used and "rx" not in rotations[_first("rz", rotations) :]:
        return Structure.UNIFORM
    if not ansatz.hadamard and used <= {"rz"}:
        return Structure.BASIS
    if not ansatz.hadamard and used == {"rx"}:
        return Structure.IQP
    if used == {"ry"}:
        return Structure.REAL
    return Structure.COMPLEX


def _first(name: str, rotations: tuple[str, ...]) -> int:
    return rotations.index(name) if name in rotations else len(rotations)
