"""Asynchronous advantage actor-critic: one update (`worker`), compiled kernels for it, and two ways to run workers."""
