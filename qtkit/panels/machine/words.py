"""What the machine panel says: the settings in words, what was read, and which circuits can change at all."""

from __future__ import annotations

from qtkit.circuits.ansatz import Ansatz
from qtkit.generator.machine import Machine
from qtkit.generator.search.diffqas import DiffQAS
from qtkit.names import counted
from qtkit.simulation.noise import error_places, fidelity
from qtkit.simulation.structure import Structure, structure

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def settings_text(machine: Machine) -> str:
    """Such as `"10,000 shots · gate error 0.001 · readout error 0 · seed 2"`."""
    return (
        f"{shots_text(machine.shots)} · gate error {error_label(machine.gate_error)} · "
        f"readout error {error_label(machine.readout_error)} · seed {machine.seed}"
    )


def shots_text(shots: int | None) -> str:
    """A number of shots, for reading."""
    if shots is None:
        return "exact probabilities"
    return counted(shots, "shot")


def shots_label(shots: int | None) -> str:
    """A number of shots on the slider: a power of ten where it is one."""
    if shots is None:
        return "exact"
    power = len(str(shots)) - 1
    return f"10{_raised(power)}" if shots == 10**power else f"{shots:,}"


def error_label(error: float) -> str:
    """A chance on a slider: as a power of ten where the zeros would have to be counted."""
    if error == 0 or error >= 1e-3:
        return f"{error:g}"
    digits, _, power = f"{error:e}".partition("e")
    factor = f"{float(digits):g}"
    return f"{'' if factor == '1' else f'{factor}·'}10{_raised(int(power))}"


def result_text(measure: str, value: float, exact: float) -> str:
    """Such as `"Test accuracy 0.9121 (exact 0.9901)"`."""
    return f"Test {measure} {number(measure, value)} (exact {number(measure, exact)})"


def number(measure: str, value: float) -> str:
    """An accuracy or a loss."""
    return f"{value:.4f}" if measure == "accuracy" else f"{value:.4g}"


def can_change(candidate: Ansatz, depth: int, n_qubits: int, machine: Machine) -> bool:
    """Whether what this machine reads of a circuit can differ from its exact probabilities, whatever the angles."""
    kind = structure(candidate, depth)
    if machine.shots is not None and kind is not Structure.BASIS:  # one outcome alone is never missed by chance
        return True
    if kind is Structure.UNIFORM:  # errors leave equal probabilities equal
        return False
    faulty_gates = machine.gate_error > 0 and bool(error_places(candidate, n_qubits, depth))
    return faulty_gates or machine.readout_error > 0


def effect_text(search: DiffQAS, machine: Machine) -> str:
    """What the machine's faults mean for these circuits."""
    if machine.perfect:
        return "A perfect machine: every circuit's probabilities are read exactly."
    n, depth, candidates = search.n_qubits, search.depth, search.candidates
    changed = sum(can_change(candidate, depth, n, machine) for candidate in candidates)
    parts = [f"{changed} of {counted(len(candidates), 'circuit')} can change"]
    exposed = [candidate for candidate in candidates if structure(candidate, depth) is not Structure.UNIFORM]
    if machine.gate_error and exposed:
        parts.append(f"runs without any gate error: {_intact(exposed, depth, n, machine.gate_error)}")
    if machine.readout_error:
        parts.append(f"outcomes with all {n} bits read right: {share((1 - machine.readout_error) ** n)}")
    if machine.shots is not None:
        outcomes = 2**n
        parts.append(f"{shots_text(machine.shots)} for {outcomes:,} outcomes: {machine.shots / outcomes:,.3g} for each")
    return " · ".join(parts)


def share(part: float) -> str:
    """A share in percent, never rounded to nothing or all."""
    if 0 < part < 0.001:
        return "less than 0.1 %"
    if 0.999 < part < 1:
        return "more than 99.9 %"
    return f"{100 * part:.3g} %"


def _intact(exposed: list[Ansatz], depth: int, n_qubits: int, gate_error: float) -> str:
    """The chance of a run without any error, from the longest circuit to the shortest."""
    shares = [fidelity(candidate, n_qubits, depth, gate_error) for candidate in exposed]
    low, high = share(min(shares)), share(max(shares))
    return low if low == high else f"{low} to {high}"


def _raised(power: int) -> str:
    return str(power).translate(_SUPERSCRIPTS)
