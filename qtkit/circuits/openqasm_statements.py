"""The statements of an OpenQASM 3 program, one after another: `Program`."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from qtkit.circuits.elements import ANGLES

Angle = float | str  # its value, or the name of an input without one

KNOWN = {name: name for name in ANGLES if name != "cnot"} | {"cx": "cnot", "CX": "cnot", "U": "u3", "cu": "cu3"}
"""The gates that are read, by the words of OpenQASM."""

_CONTROLLED = {"x": "cnot", "z": "cz", "rx": "crx", "ry": "cry", "rz": "crz", "u3": "cu3", "U": "cu3"}
_CONSTANTS = {"pi": math.pi, "π": math.pi, "tau": math.tau, "τ": math.tau, "euler": math.e, "ℇ": math.e}
_STATEMENT = re.compile(r"(?P<name>[^\W\d]\w*)\s*(?:\((?P<angles>.*)\))?\s*(?P<qubits>[^\W\d].*)", re.DOTALL)
_INPUT = re.compile(r"input\s+(?:float|angle)\s*(?:\[\s*\d+\s*\])?\s+([^\W\d]\w*)")
_ARRAY = re.compile(r"input\s+array\s*\[\s*(?:float|angle)\s*(?:\[\s*\d+\s*\])?\s*,\s*(\d+)\s*\]\s*([^\W\d]\w*)")
_QUBITS = re.compile(r"(?:qubit\s*(?:\[\s*(\d+)\s*\])?\s+([^\W\d]\w*)|qreg\s+([^\W\d]\w*)\s*(?:\[\s*(\d+)\s*\])?)")
_MARK = re.compile(r"//\s*layer (\d+)\s*$")
_MOST_QUBITS = 30


class ReadGate(NamedTuple):
    """A gate by its name in `ANGLES`, its wires and angles, and the layer that a comment puts it in."""

    name: str
    wires: tuple[int, ...]
    angles: tuple[Angle, ...]
    mark: int | None


@dataclass
class Program:
    """What has been read so far; `read` reads a whole one."""

    values: Mapping[str, float | Sequence[float]]
    n_qubits: int = 0
    gates: list[ReadGate] = field(default_factory=list)
    registers: dict[str, list[int]] = field(default_factory=dict)
    inputs: dict[str, int | None] = field(default_factory=dict)  # with the length of an array
    measured: bool = False
    line: int = 1

    @classmethod
    def read(cls, text: str, values: Mapping[str, float | Sequence[float]]) -> Program:
        """The program of a text; ValueError as `read_openqasm`."""
        if not isinstance(text, str):
            raise ValueError(f"a program must be a text, got {type(text).__name__}")
        program = cls(values)
        for program.line, mark, statement in _statements(text):
            program._take(statement, mark)
        if not program.n_qubits:
            raise ValueError("the program declares no qubits, as qubit[4] q; does")
        unknown = sorted(set(values) - set(program.inputs))
        if unknown:
            raise ValueError(f"values are given for {unknown}, the program's inputs are {sorted(program.inputs)}")
        return program

    def _refuse(self, what: str) -> NoReturn:
        raise ValueError(f"line {self.line}: {what}")

    def _take(self, statement: str, mark: int | None) -> None:
        word = re.match(r"\w*", statement)
        first = word.group() if word else ""
        if first == "OPENQASM":
            if not re.fullmatch(r"OPENQASM\s+3(\.\d+)?", statement):
                self._refuse(f"OpenQASM 3 is read, got {statement!r}")
        elif first in ("include", "bit", "creg", "barrier"):
            pass
        elif first == "gate":
            name = statement.split("{")[0].split("(")[0].split()[1:2]
            if not name or name[0] not in KNOWN:
                self._refuse(f"gates of one's own are not read, got {' '.join(statement.split())!r}; {_known()}")
        elif first in ("qubit", "qreg"):
            self._declare(statement)
        elif first == "input":
            self._input(statement)
        elif first == "measure" or re.match(r"\w+\s*(\[[^]]*\])?\s*=\s*measure\b", statement):
            self.measured = True
        elif first == "ctrl":
            self._gate(statement, mark, controlled=True)
        else:
            self._gate(statement, mark)

    def _declare(self, statement: str) -> None:
        found = _QUBITS.fullmatch(statement)
        if not found:
            self._refuse(f"qubits are declared as in qubit[4] q, got {statement!r}")
        size, name = (found[1], found[2]) if found[2] else (found[4], found[3])
        count = 1 if size is None else int(size)
        if not 1 <= self.n_qubits + count <= _MOST_QUBITS or count < 1:
            self._refuse(f"1 to {_MOST_QUBITS} qubits are read, got {statement!r}")
        if name in self.registers:
            self._refuse(f"{name} is declared twice")
        self.registers[name] = list(range(self.n_qubits, self.n_qubits + count))
        self.n_qubits += count

    def _input(self, statement: str) -> None:
        if found := _INPUT.fullmatch(statement):
            name, length = found[1], None
        elif found := _ARRAY.fullmatch(statement):
            name, length = found[2], int(found[1])
        else:
            self._refuse(f"an input is a float, an angle or array[float, 6], got {statement!r}")
        if name in self.values:
            given = self.values[name]
            single = isinstance(given, int | float)
            if not (single if length is None else hasattr(given, "__len__") and len(given) == length):
                wanted = "a number" if length is None else f"{length} numbers"
                self._refuse(f"the input {name} is {wanted}, got {given!r}")
        self.inputs[name] = length

    def _gate(self, statement: str, mark: int | None, *, controlled: bool = False) -> None:
        body = re.sub(r"ctrl\s*(\(\s*1\s*\))?\s*@\s*", "", statement, count=1) if controlled else statement
        found = _STATEMENT.fullmatch(body)
        written = found["name"] if found else body
        name = (_CONTROLLED if controlled else KNOWN).get(written)
        if found is None or name is None:
            self._refuse(f"{statement!r} is not known; {_known()}")
        if self.measured:
            self._refuse(f"a gate after a measurement is not read, got {statement!r}")
        angles = [self._angle(each) for each in _split(found["angles"] or "")]
        wanted = ANGLES[name] + (written == "cu")
        if len(angles) != wanted:
            self._refuse(f"{written} takes {wanted} angles, got {len(angles)} in {statement!r}")
        if written == "cu" and angles.pop() != 0.0:
            self._refuse(f"cu is read with a last angle of 0, where it is CU3, got {statement!r}")
        places = [self._wires(each.strip()) for each in found["qubits"].split(",")]
        count = 2 if name in _TWO else 1
        if len(places) != count:
            self._refuse(f"{written} acts on {count} qubits, got {len(places)} in {statement!r}")
        longest = max(map(len, places))
        if any(len(each) not in (1, longest) for each in places):
            self._refuse(f"registers of one length are needed in {statement!r}")
        for k in range(longest):
            wires = tuple(each[k if len(each) > 1 else 0] for each in places)
            if len(set(wires)) < count:
                self._refuse(f"two different qubits are needed in {statement!r}")
            self.gates.append(ReadGate(name, wires, tuple(angles), mark))

    def _wires(self, text: str) -> list[int]:
        found = re.fullmatch(r"([^\W\d]\w*)\s*(?:\[\s*(\d+)\s*\])?", text)
        if found is None or found[1] not in self.registers:
            self._refuse(f"{text!r} is no qubit; there are {', '.join(self.registers) or 'none yet'}")
        register = self.registers[found[1]]
        if found[2] is None:
            return register
        if int(found[2]) >= len(register):
            self._refuse(f"{text} is out of range: {found[1]} has qubits 0..{len(register) - 1}")
        return [register[int(found[2])]]

    def _angle(self, text: str) -> Angle:
        try:
            tree = ast.parse(text.strip(), mode="eval").body
            if (alone := self._input_name(tree)) and self._value(tree) is None:
                return alone
            value = float(self._computed(tree))
        except (SyntaxError, ZeroDivisionError, OverflowError, RecursionError, TypeError):
            value = math.nan
        if not math.isfinite(value):
            self._refuse(f"{text.strip()!r} is no angle: numbers, pi, + - * / and inputs are read")
        return value

    def _input_name(self, tree: ast.expr) -> str:
        """The input that an expression is, as written in `ReadCircuit.names`; empty if it is more than an input."""
        if isinstance(tree, ast.Name) and tree.id in self.inputs and self.inputs[tree.id] is None:
            return tree.id
        if isinstance(tree, ast.Subscript) and isinstance(tree.value, ast.Name):
            length, index = self.inputs.get(tree.value.id), tree.slice
            if length is not None and isinstance(index, ast.Constant) and isinstance(index.value, int):
                if not 0 <= index.value < length:
                    self._refuse(f"{ast.unparse(tree)} is out of range: {tree.value.id} has {length} numbers")
                return f"{tree.value.id}[{index.value}]"
        return ""

    def _value(self, tree: ast.expr) -> float | None:
        """The value that is given for an input."""
        if (
            isinstance(tree, ast.Subscript)
            and isinstance(tree.value, ast.Name)
            and isinstance(tree.slice, ast.Constant)
        ):
            given = self.values.get(tree.value.id)
            return None if given is None else float(given[tree.slice.value])  # type: ignore[index]  # as declared
        return float(self.values[tree.id]) if isinstance(tree, ast.Name) and tree.id in self.values else None  # type: ignore[arg-type]  # as declared

    def _computed(self, tree: ast.expr) -> float:
        if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
            return float(tree.value)  # type: ignore[arg-type]  # as just seen
        if name := self._input_name(tree):
            value = self._value(tree)
            if value is None:
                self._refuse(f"the input {name} has no value: it must be an angle by itself, or values must give it")
            return value
        if isinstance(tree, ast.Name) and tree.id in _CONSTANTS:
            return _CONSTANTS[tree.id]
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.UAdd | ast.USub):
            value = self._computed(tree.operand)
            return -value if isinstance(tree.op, ast.USub) else value
        if isinstance(tree, ast.BinOp):
            left, right = self._computed(tree.left), self._computed(tree.right)
            match tree.op:
                case ast.Add():
                    return left + right
                case ast.Sub():
                    return left - right
                case ast.Mult():
                    return left * right
                case ast.Div():
                    return left / right
        raise TypeError(ast.dump(tree))


_TWO = frozenset({"cnot", "cz", "swap", "crx", "cry", "crz", "cu3", "rzz"})


def _known() -> str:
    return f"known are {', '.join(KNOWN)}, and ctrl @ before {', '.join(_CONTROLLED)}"


def _split(text: str) -> list[str]:
    """The angles of a list, whose brackets may hold commas of their own."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts if text.strip() else []


def _statements(text: str) -> Iterator[tuple[int, int | None, str]]:
    """Every statement with its line and the layer that a comment before it names; a definition is one with its body."""
    plain = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), text, flags=re.DOTALL)
    mark: int | None = None
    statement, begun, depth = "", 1, 0
    for number, line in enumerate(plain.splitlines(), start=1):
        if found := _MARK.search(line):
            mark = int(found[1])
        for letter in line.split("//")[0] + "\n":
            if not statement.strip():
                statement, begun = "", number
            depth += (letter == "{") - (letter == "}")
            ends = letter == ";" and depth == 0
            if not ends:
                statement += letter
            if (ends or (letter == "}" and depth == 0)) and statement.strip():
                yield begun, mark, statement.strip()
                statement = ""
    if statement.strip():
        raise ValueError(f"line {begun}: {statement.strip()!r} does not end with a semicolon")
