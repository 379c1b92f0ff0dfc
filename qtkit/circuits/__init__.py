"""The circuits as such, before any number: what they are, how they are drawn and written in other languages.

`ansatz` is the definition and `given` what it makes of its arguments, `elements` the gates it can have and `patterns`
where they act, `words` what the paper's parts are called; `layout` places its gates, `drawing` and `svg` draw them,
`export` and `pennylane` write them as code, `openqasm` reads them.
"""

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.circuits.elements import CNOT, CRX, CRY, CRZ, CU3, CZ, RX, RY, RZ, RZZ, SWAP, U3, Element, H, Operation

__all__ = [
    "CANDIDATES",
    "CNOT",
    "CRX",
    "CRY",
    "CRZ",
    "CU3",
    "CZ",
    "RX",
    "RY",
    "RZ",
    "RZZ",
    "SWAP",
    "U3",
    "Ansatz",
    "Element",
    "H",
    "Operation",
]
