"""What the exact structure of an ansatz is, and so how cheaply it can be simulated."""

from __future__ import annotations

from enum import Enum

from qtkit.checks import checked_depth
from qtkit.circuits.ansatz import CNOT, Ansatz
from qtkit.circuits.elements import Operation
from qtkit.circuits.words import ROTATIONS


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


def structure(ansatz: Ansatz, depth: int, n_qubits: int | None = None) -> Structure:
    """The cheapest exact description of `ansatz` with `depth` layers; of a circuit in words whatever its CNOTs are.

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

    Of a circuit by elements the gates on `n_qubits` wires tell. 1 and 2 are found by following the start through the
    gates while it is a product of |0> and |+> with phases at the most (`_start_that_stays`), 3 is RX, CNOT and SWAP
    without Hadamards (a SWAP is three CNOTs), and 4 is Hadamards, RY, CRY, CNOT, CZ and SWAP, which are real.

    Raises:
        ValueError: for a circuit by elements without `n_qubits`.
    """
    if not ansatz.in_words:
        if n_qubits is None:
            raise ValueError(f"the structure of {ansatz} hangs on the number of qubits: give n_qubits")
        words = words_on(ansatz, n_qubits, depth)
        return _of_operations(ansatz, n_qubits, depth) if words is None else _of_words(*words[::2])
    return _of_words(ansatz.hadamard, ansatz.rotations(checked_depth(depth)))


def words_on(ansatz: Ansatz, n: int, depth: int) -> tuple[bool, tuple[CNOT, ...], tuple[str, ...]] | None:
    """Whether it has Hadamards, one layer's CNOTs, each layer's rotation: of a circuit that has this form on n qubits.

    Circuits by elements may have it, such as `layer=[CNOT("star"), RY()]`; None for those that do not.
    """
    if ansatz.in_words:
        return ansatz.hadamard, ansatz.cnots(n), ansatz.rotations(depth)
    start, *layers = ansatz.operations(n, depth)
    hadamards = tuple(Operation("h", (wire,)) for wire in range(n))
    if start not in ((), hadamards):
        return None
    cnots: set[tuple[CNOT, ...]] = set()
    rotations = []
    for layer in layers:
        entangling, turning = layer[:-n], layer[-n:]
        name = turning[-1].name if turning else ""
        if turning != tuple(Operation(name, (wire,), wire) for wire in range(n)) or name not in ROTATIONS:
            return None
        if any(operation.name != "cnot" for operation in entangling):
            return None
        cnots.add(tuple((operation.wires[0], operation.wires[1]) for operation in entangling))
        rotations.append(name)
    if len(cnots) > 1:
        return None
    return bool(start), next(iter(cnots), ()), tuple(rotations)


def _of_words(hadamard: bool, rotations: tuple[str, ...]) -> Structure:
    used = set(rotations)
    if hadamard and "ry" not in used and "rx" not in rotations[_first("rz", rotations) :]:
        return Structure.UNIFORM
    if not hadamard and used <= {"rz"}:
        return Structure.BASIS
    if not hadamard and used == {"rx"}:
        return Structure.IQP
    if used == {"ry"}:
        return Structure.REAL
    return Structure.COMPLEX


def _first(name: str, rotations: tuple[str, ...]) -> int:
    return rotations.index(name) if name in rotations else len(rotations)


_REAL = frozenset({"h", "ry", "cry", "cnot", "cz", "swap"})


def _of_operations(ansatz: Ansatz, n: int, depth: int) -> Structure:
    gates = [operation for part in ansatz.operations(n, depth) for operation in part]
    plus = _start_that_stays(gates)
    if plus is not None and len(plus) in (0, n):
        return Structure.UNIFORM if plus else Structure.BASIS
    names = {gate.name for gate in gates}
    if names <= {"rx", "cnot", "swap"}:
        return Structure.IQP
    return Structure.REAL if names <= _REAL else Structure.COMPLEX


def _start_that_stays(gates: list[Operation]) -> set[int] | None:
    """The wires in |+>, the others being in |0>, up to phases of the amplitudes; None where it is no such state.

    While the state is a product of |0> and |+>: a Hadamard exchanges the two; RX leaves |+> alone up to a phase; a gate
    whose control is |0> does nothing; CNOT leaves |++> alone, SWAP exchanges. RZ, RZZ, CZ and CRZ, and CRX on |++>
    (`exp(-it/2)` where the control is 1), turn phases of amplitudes of equal size. Once there are such phases, wires in
    |0> are in |0> still, CNOTs and SWAPs permute amplitudes of equal size, and more phases may come, but nothing else.
    """
    plus: set[int] = set()
    phases = False
    for name, wires, _ in gates:
        first, last = wires[0], wires[-1]
        if name == "swap":
            plus = {{first: last, last: first}.get(wire, wire) for wire in plus}
        elif name in ("rz", "rzz", "cz", "crz"):
            phases = phases or bool(plus & set(wires))
        elif len(wires) == 2 and first not in plus:
            continue
        elif name == "h" and not (phases and first in plus):
            plus ^= {first}
        elif name == "cnot" and last in plus:
            continue
        elif name in ("rx", "crx") and last in plus and not phases:
            phases = name == "crx"
        else:
            return None
    return plus
