"""How kernels are compiled and kept: `functions` compiles, `cache` reads and writes what was compiled.

`targets` are the kinds of processors it is compiled for.
"""
