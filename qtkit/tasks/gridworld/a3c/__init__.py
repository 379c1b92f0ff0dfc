"""Asynchronous advantage actor-critic: networks, rollout, update, worker; compiled kernels; two kinds of pools."""
