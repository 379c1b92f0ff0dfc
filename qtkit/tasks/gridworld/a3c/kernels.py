"""Policy and value network of A3C, compiled: one state forward, and the gradient of a rollout's loss, by hand.

The same mathematics as `collect_rollout` and `compute_losses`, for networks of three linear layers with tanh between,
whose parameters are one vector in the order of `state_dict`: weight `(H, I)`, bias `(H,)`, weight `(G, H)`, bias
`(G,)`, weight `(K, G)`, bias `(K,)`. A worker looks at a handful of states between two updates: torch's operations,
made for large arrays, take ten times as long for them as the arithmetic.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qtkit.simulation.compiling.functions import Floats, Integers, compiled


@compiled
def forward(weights: Floats, observation: Floats, first: Floats, second: Floats, output: Floats) -> None:
    """A network's output for one observation `(I,)`; fills `first` `(H,)`, `second` `(G,)` and `output` `(K,)`."""
    after = _layer(weights, 0, observation, first)
    for i in range(len(first)):
        first[i] = math.tanh(first[i])
    after = _layer(weights, after, first, second)
    for i in range(len(second)):
        second[i] = math.tanh(second[i])
    _layer(weights, after, second, output)


@compiled
def choose(logits: Floats, log_policy: Floats, draw: float) -> int:
    """The action whose share of [0, 1) holds `draw`; fills `log_policy` with the log-softmax of `logits` `(K,)`."""
    top = logits.max()
    total = logits[0] * 0
    for k in range(len(logits)):
        total += math.exp(logits[k] - top)
    shift = top + math.log(total)
    chosen, cumulated = -1, logits[0] * 0
    for k in range(len(logits)):
        log_policy[k] = logits[k] - shift
        cumulated += math.exp(log_policy[k])
        if chosen < 0 and draw < cumulated:
            chosen = k
    return chosen if chosen >= 0 else len(logits) - 1  # the shares may end a rounding below 1


@compiled
def play(
    policy: Floats,
    value: Floats,
    observations: Floats,
    next_state: Integers,
    terminated: NDArray[np.bool_],
    state: int,
    limit: int,
    draws: Floats,
    seen: Floats,
    policy_hidden: tuple[Floats, Floats],
    value_hidden: tuple[Floats, Floats],
    log_policy: Floats,
    values: Floats,
    actions: Integers,
) -> int:
    """Go on in a table from `state` for at most `limit` steps; returns how many: fewer if the episode ends by itself.

    Arguments:
        policy, value: the parameters of the networks.
        observations: of all states, as the networks see them, `(S, I)`.
        next_state, terminated: by state and action, see `TransitionTable`.
        draws: each in [0, 1), `(T,)`, T >= `limit`.
        seen, policy_hidden, value_hidden, log_policy: `(T + 1, ...)`, filled for each step, as `forward` and `choose`
            do; those of the value also for the state after the last step, if the episode goes on there.
        values: `(T + 1,)`, filled with the values of these states.
        actions: `(T,)`, filled with those taken.
    """
    logits, output = np.empty(log_policy.shape[1], log_policy.dtype), np.empty(1, values.dtype)
    for t in range(limit + 1):
        seen[t] = observations[state]
        forward(value, seen[t], value_hidden[0][t], value_hidden[1][t], output)
        values[t] = output[0]
        if t == limit:
            return limit
        forward(policy, seen[t], policy_hidden[0][t], policy_hidden[1][t], logits)
        actions[t] = choose(logits, log_policy[t], draws[t])
        if terminated[state, actions[t]]:
            return t + 1
        state = next_state[state, actions[t]]
    return limit


@compiled
def by_logits(
    log_policy: Floats, actions: Integers, advantage: Floats, entropy_weight: float, gradient: Floats
) -> tuple[np.floating, np.floating]:
    """Fill `gradient` `(T, K)`: of `mean(-log pi(a) A - entropy_weight H)` by the logits.

    Returns the policy loss, and the mean entropy of the policy in nats.
    """
    steps, count = gradient.shape
    loss, entropies = advantage[0] * 0, advantage[0] * 0
    for t in range(steps):
        entropy = advantage[0] * 0
        for k in range(count):
            entropy -= math.exp(log_policy[t, k]) * log_policy[t, k]
        for k in range(count):
            share = math.exp(log_policy[t, k])
            by_entropy = -share * (log_policy[t, k] + entropy)  # of H by this logit
            gradient[t, k] = (share * advantage[t] - entropy_weight * by_entropy) / steps
        gradient[t, actions[t]] -= advantage[t] / steps
        loss -= log_policy[t, actions[t]] * advantage[t] / steps
        entropies += entropy / steps
    return loss, entropies


@compiled
def backward(
    weights: Floats, observations: Floats, first: Floats, second: Floats, by_output: Floats, gradient: Floats
) -> None:
    """Set `gradient` `(p,)` to that of a loss by the weights, from its gradient by the outputs `(T, K)`.

    `first` `(T, H)` and `second` `(T, G)` are what `forward` filled.
    """
    inputs, n_first, n_second = observations.shape[1], first.shape[1], second.shape[1]
    second_layer = n_first * (inputs + 1)
    third_layer = second_layer + n_second * (n_first + 1)
    by_second, by_first = np.empty(n_second, first.dtype), np.empty(n_first, first.dtype)
    gradient[:] = 0
    for t in range(len(by_output)):
        _add_outer(gradient, third_layer, by_output[t], second[t])
        _by_inputs(weights, third_layer, by_output[t], by_second)
        for i in range(n_second):
            by_second[i] *= 1 - second[t, i] * second[t, i]
        _add_outer(gradient, second_layer, by_second, first[t])
        _by_inputs(weights, second_layer, by_second, by_first)
        for i in range(n_first):
            by_first[i] *= 1 - first[t, i] * first[t, i]
        _add_outer(gradient, 0, by_first, observations[t])


@compiled
def _layer(weights: Floats, begin: int, inputs: Floats, outputs: Floats) -> int:
    """`outputs = W inputs + b`; where the next layer's parameters begin."""
    bias = begin + len(outputs) * len(inputs)
    for i in range(len(outputs)):
        row = begin + i * len(inputs)
        total = weights[bias + i]
        for j in range(len(inputs)):
            total += weights[row + j] * inputs[j]
        outputs[i] = total
    return bias + len(outputs)


@compiled
def _add_outer(gradient: Floats, begin: int, by_outputs: Floats, inputs: Floats) -> None:
    """Add the gradient by W and b of one layer."""
    bias = begin + len(by_outputs) * len(inputs)
    for i in range(len(by_outputs)):
        row = begin + i * len(inputs)
        for j in range(len(inputs)):
            gradient[row + j] += by_outputs[i] * inputs[j]
        gradient[bias + i] += by_outputs[i]


@compiled
def _by_inputs(weights: Floats, begin: int, by_outputs: Floats, by_inputs: Floats) -> None:
    """The gradient by one layer's inputs."""
    by_inputs[:] = 0
    for i in range(len(by_outputs)):
        row = begin + i * len(by_inputs)
        for j in range(len(by_inputs)):
            by_inputs[j] += weights[row + j] * by_outputs[i]
