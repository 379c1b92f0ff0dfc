"""Compiled functions on whole states, one circuit a call, each on one thread.

`real`, `complex` and `iqp` are circuits of layers, `general` one of any gates. They are made of sweeps over a state
(`layers`, `rotations`, `gates`, ...), which are written in the words of `vector`.
"""
