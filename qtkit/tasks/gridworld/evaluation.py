"""How good a policy is: over many episodes, beside a policy that knows nothing and the shortest way there is."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from qtkit.checks import checked_whole
from qtkit.tasks.gridworld.environment import Batch, Environment, RealBatch, TableEnvironment
from qtkit.tasks.gridworld.environment.minigrid import N_ACTIONS

Policy = Callable[[Tensor], Tensor]
"""Observations `(B, n_inputs)` to the logits of the actions `(B, n_actions)`, in MiniGrid 147 and 7: an `nn.Module`
such as `PolicyMLP`, which gets them in its own dtype and on its own device, or any function, which gets float32 on the
CPU."""

_BATCH_SIZE = 1000
_BLOCK = 10_000  # steps for which random numbers are drawn at once: an episode's limit may be far beyond its length


@dataclass(frozen=True)
class Evaluation:
    """What a policy reached.

    Attributes:
        episodes: how many.
        mean_return: the sum of an episode's rewards, on average.
        std_return: its standard deviation over the episodes (divided by their number, not by one less).
        success_rate: share of the episodes that ended by themselves, not by the limit of steps, with a return above 0;
            where the environment has a `threshold`, of those whose return reached it.
        mean_length: steps of an episode, on average.
        returns: of each episode.
        lengths: of each episode.
        threshold: that of the environment.
    """

    episodes: int
    mean_return: float
    std_return: float
    success_rate: float
    mean_length: float
    returns: tuple[float, ...]
    lengths: tuple[int, ...]
    threshold: float | None = None

    def __str__(self) -> str:
        goal = "the goal" if self.threshold is None else f"{self.threshold:g}"
        return (
            f"mean return {self.mean_return:.3f} ± {self.std_return:.3f} over {self.episodes:,} episodes, "
            f"{self.success_rate:.0%} reach {goal}, {self.mean_length:.1f} steps on average"
        )

    __repr__ = __str__


@dataclass(frozen=True)
class ShortestPath:
    """The fewest actions that lead to a rewarded end, and the return of that episode."""

    actions: tuple[int, ...]
    total: float

    @property
    def length(self) -> int:
        """How many actions."""
        return len(self.actions)


def evaluate(
    policy: Policy, environment: Environment, *, episodes: int = 1000, greedy: bool = False, seed: int = 0
) -> Evaluation:
    """`episodes` episodes with actions drawn from the policy's softmax, or with its likeliest actions.

    The same seed gives the same episodes, and fewer of them are the first of more. In a table the policy is asked once,
    for all states; in the real environment at each step, for all episodes that still run. In one that remembers, they
    follow each other, the first with nothing to remember. A module is in evaluation mode meanwhile.

    Arguments:
        greedy: take the action of the highest logit, the first of equals, instead of drawing one.

    Raises:
        ValueError: for less than one episode, or if the policy gives other than a finite logit an action for each
            observation.
    """
    checked_whole("episodes", episodes, 1)
    checked_whole("seed", seed, 0)
    draws, starts = np.random.default_rng([seed, 0]), np.random.default_rng([seed, 1])
    seeds: list[int] = []
    for first in range(0, episodes, _BATCH_SIZE):
        seeds += starts.integers(2**31, size=min(_BATCH_SIZE, episodes - first)).tolist()
    with _evaluation_mode(policy):
        thresholds = _thresholds(policy, environment, greedy)
        parts, width = [], min(environment.max_steps, _BLOCK)
        for first, batch in _batches(environment, seeds):
            chances = _Draws(draws.random((len(batch), width)), seed, first)
            parts.append(_run(batch, thresholds, chances, environment.threshold))
    returns, lengths, successes = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Evaluation(
        episodes=episodes,
        mean_return=float(returns.mean()),
        std_return=float(returns.std()),
        success_rate=float(successes.mean()),
        mean_length=float(lengths.mean()),
        returns=tuple(returns.tolist()),
        lengths=tuple(lengths.tolist()),
        threshold=environment.threshold,
    )


def random_policy(observations: Tensor, n_actions: int = N_ACTIONS) -> Tensor:
    """The policy that knows nothing: every action is as likely as the others."""
    return observations.new_zeros(*observations.shape[:-1], n_actions)


def convert_for(network: Callable[..., object], observations: Tensor) -> Tensor:
    """`observations` in the dtype and on the device of the network's first parameter, or as they are if it has none."""
    first = next(network.parameters(), None) if isinstance(network, nn.Module) else None
    return observations if first is None else observations.to(first)


def shortest_path(environment: Environment) -> ShortestPath:
    """The fewest steps from the start to an end with a reward above 0, the lower action first where two will do.

    Raises:
        ValueError: if the environment is no table, or if there is no such way within the limit of steps.
    """
    if not isinstance(environment, TableEnvironment):
        raise ValueError(f"a shortest path needs an environment with a table of its states; here is {environment!r}")
    table = environment.table
    seen = {table.start}
    ways: dict[int, tuple[int, ...]] = {table.start: ()}  # to the states that take as many steps as were looked at
    for length in range(1, environment.max_steps + 1):
        longer: dict[int, tuple[int, ...]] = {}
        for state, way in ways.items():
            for action, (following, ended, rewards) in enumerate(environment.moves[state]):
                if ended and rewards[length] > 0:
                    actions = (*way, action)
                    return ShortestPath(actions, environment.replay(0, actions).total)
                if not ended and following not in seen:
                    seen.add(following)
                    longer[following] = (*way, action)
        ways = longer
    raise ValueError(f"no way to a reward in {environment.name} within {environment.max_steps} steps")


_Thresholds = Callable[[Batch, NDArray[np.int64]], NDArray[Any]]
"""For the episodes `(K,)` of a batch, the sums `(K, n_actions - 1)` of the first 1, 2, ... probabilities."""


def _thresholds(policy: Policy, environment: Environment, greedy: bool) -> _Thresholds:
    if isinstance(environment, TableEnvironment):
        rows = _cumulative(policy, environment.observations, greedy, environment.n_actions)

        def look_up(batch: Batch, live: NDArray[np.int64]) -> NDArray[Any]:
            assert batch.states is not None, "they are the rows of a table"
            return rows[batch.states[live]]

        return look_up
    return lambda batch, live: _cumulative(
        policy, torch.from_numpy(batch.observations()[live]), greedy, environment.n_actions
    )


@torch.no_grad()
def _cumulative(policy: Policy, observations: Tensor, greedy: bool, n_actions: int) -> NDArray[Any]:
    logits = policy(convert_for(policy, observations))
    expected = (len(observations), n_actions)
    if not isinstance(logits, Tensor) or logits.shape != expected:
        got = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise ValueError(f"for {len(observations)} observations the policy must give logits {expected}, got {got}")
    if not logits.isfinite().all():
        raise ValueError("the policy gives logits that are not finite")
    logits = logits.double().cpu()
    if greedy:
        return np.arange(n_actions - 1) >= logits.argmax(1, keepdim=True).numpy()
    return logits.softmax(1).cumsum(1)[:, :-1].numpy()


@contextmanager
def _evaluation_mode(policy: Policy) -> Iterator[None]:
    """A module that is in training mode is not, meanwhile."""
    if not isinstance(policy, nn.Module) or not policy.training:
        yield
        return
    policy.eval()
    try:
        yield
    finally:
        policy.train()


def _batches(environment: Environment, seeds: list[int]) -> Iterator[tuple[int, Batch]]:
    """All episodes, as many at once as may be, and the number of the first of them."""
    if environment.remembers:
        begin = environment.stream()
        for number, seed in enumerate(seeds):
            yield number, RealBatch([begin(seed)], environment.n_actions)
    else:
        for first in range(0, len(seeds), _BATCH_SIZE):
            yield first, environment.new_batch(seeds[first : first + _BATCH_SIZE])


class _Draws:
    """Uniform numbers in [0, 1), one for each step of each episode, however long it gets.

    Arguments:
        block: for the first steps `(B, T)`.
        seed: of a generator for each episode that goes on.
        first: the number of the first episode.
    """

    def __init__(self, block: NDArray[np.float64], seed: int, first: int) -> None:
        self._block, self._seed, self._first = block, seed, first
        self._more: dict[int, np.random.Generator] = {}

    def at(self, step: int, live: NDArray[np.int64]) -> NDArray[np.float64]:
        """For this step, from 0 on, of the episodes `live` `(K,)`; steps are asked for in their order."""
        if step < self._block.shape[1]:
            drawn: NDArray[np.float64] = self._block[live, step]
            return drawn
        return np.array([self._generator(episode).random() for episode in live.tolist()])

    def _generator(self, episode: int) -> np.random.Generator:
        if episode not in self._more:
            self._more[episode] = np.random.default_rng([self._seed, 2, self._first + episode])
        return self._more[episode]


def _run(
    batch: Batch, thresholds: _Thresholds, draws: _Draws, enough: float | None
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Returns, lengths and successes of the episodes, `(B,)` each; `enough` is the environment's threshold."""
    ended_by_itself = np.zeros(len(batch), dtype=bool)
    actions = np.zeros(len(batch), dtype=np.int64)
    for step in itertools.count():
        live = np.flatnonzero(~batch.done)
        if not len(live):
            break
        # The number of thresholds at or below the draw is the action: one of probability 0 is never taken.
        actions[live] = (thresholds(batch, live) <= draws.at(step, live)[:, None]).sum(1)
        ended_by_itself |= batch.step(actions)[1]
    succeeded = ended_by_itself & (batch.totals > 0) if enough is None else batch.totals >= enough
    return batch.totals, batch.steps, succeeded
