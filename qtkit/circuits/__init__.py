"""The circuits as such, before any number: what they are, how they are drawn and written in other languages.

`ansatz` is the definition and `given` what it makes of its arguments, `elements` the gates it can have and `patterns`
where they act, `words` what the paper's parts are called; `layout` places its gates, `drawing` and `svg` draw them,
`export` and `pennylane` write them as code.
"""

from qtkit.circuits.ansatz import CANDIDATES as CANDIDATES
from qtkit.circuits.ansatz import Ansatz as Ansatz
from qtkit.circuits.elements import CNOT as CNOT
from qtkit.circuits.elements import CRX as CRX
from qtkit.circuits.elements import CRY as CRY
from qtkit.circuits.elements import CRZ as CRZ
from qtkit.circuits.elements import CU3 as CU3
from qtkit.circuits.elements import CZ as CZ
from qtkit.circuits.elements import RX as RX
from qtkit.circuits.elements import RY as RY
from qtkit.circuits.elements import RZ as RZ
from qtkit.circuits.elements import RZZ as RZZ
from qtkit.circuits.elements import SWAP as SWAP
from qtkit.circuits.elements import U3 as U3
from qtkit.circuits.elements import Element as Element
from qtkit.circuits.elements import H as H
from qtkit.circuits.elements import Operation as Operation
