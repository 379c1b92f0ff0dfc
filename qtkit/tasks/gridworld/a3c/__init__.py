"""Asynchronous advantage actor-critic: networks, rollout, update, worker; compiled kernels; two kinds of pools.

`worker` plays a `rollout` and makes an `update` of it, for the networks of `actor_critic`; the `pool` has workers that
take turns (`interleaved`) or run in `processes`. `compiled` does the same for the paper's networks by `kernels`.
"""
