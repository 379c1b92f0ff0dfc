"""Pictures that move, a picture an idea of the theory: played by a button or moved by a slider, without a kernel.

`clocks` and `bloch` move amplitudes and arrows, `permutation` shows a CNOT, `stripes` the mapping; `frames` is what
they share.
"""

from qtkit.plots.moving.bloch import move_bloch_arrows
from qtkit.plots.moving.clocks import move_clocks
from qtkit.plots.moving.permutation import move_amplitudes
from qtkit.plots.moving.stripes import move_stripes

__all__ = ["move_amplitudes", "move_bloch_arrows", "move_clocks", "move_stripes"]
