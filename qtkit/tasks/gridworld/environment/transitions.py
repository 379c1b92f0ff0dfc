"""A MiniGrid environment as a table: every state there is, and where each action leads, found by driving the real one.

None of its rules is written here. From the start, each action is tried on a copy of the real environment, then each
action in each new state, until there is none left. What comes out steps several hundred times faster, and since
MiniGrid-Empty has only a few dozen states, a policy is a table of as many rows.
"""

from __future__ import annotations

import copy
import functools
import itertools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qtkit.checks import checked_whole
from qtkit.tasks.gridworld.environment.memory import find_memory
from qtkit.tasks.gridworld.environment.minigrid import N_ACTIONS, begin, check_name, flat_image, make_fresh, step_limit

if TYPE_CHECKING:
    from minigrid.minigrid_env import MiniGridEnv

_CHECKED_STEPS = 1000


class NotEnumerable(ValueError):  # noqa: N818  (it says what the environment is)
    """The environment has no transition table, and why."""


@dataclass(frozen=True, eq=False)
class TransitionTable:
    """Every state of an environment whose start and whose steps are never random.

    The arrays are read-only. `S` states, of which the first `n_live` are those in which an episode goes on; the others
    are where it has ended otherwise than by the time.

    Attributes:
        environment: its name.
        observations: `(S, 147)` float32, the agent's view in each state, unscaled.
        n_live: how many states have actions.
        next_state: `(n_live, 7)` int64, the state that an action leads to.
        terminated: `(n_live, 7)` bool, whether it ends the episode.
        payment: `(n_live, 7)` int64, the row of `payoff` that it is paid by.
        payoff: `(P, max_steps + 1)` float64, the reward by the number of steps done, this one included (from 1 on);
            row 0 is 0 throughout.
        start: the state of a new episode.
        max_steps: the step that is the last, wherever it leads ("truncated").
    """

    environment: str
    observations: NDArray[np.float32]
    n_live: int
    next_state: NDArray[np.int64]
    terminated: NDArray[np.bool_]
    payment: NDArray[np.int64]
    payoff: NDArray[np.float64]
    start: int
    max_steps: int

    def __post_init__(self) -> None:
        # Whatever makes a table: to kernels an array that may be written is of another kind, and compiled for anew.
        for array in (self.observations, self.next_state, self.terminated, self.payment, self.payoff):
            array.flags.writeable = False

    @property
    def n_states(self) -> int:
        """S, final states included."""
        return len(self.observations)

    def __repr__(self) -> str:
        final = self.n_states - self.n_live
        return f"{self.environment} as a table: {self.n_live} + {final} final states, at most {self.max_steps} steps"


def enumerate_environment(environment: str, max_states: int = 1024) -> TransitionTable:
    """The table of the environment registered as `environment`, remembered once made.

    A state is the agent's place and direction, the grid, and what the agent carries. Where an action leads, and that
    the time does not matter, is tried at the first and at the last step of an episode, and so is whether it is paid; if
    it is, at every step. In the end, random walks of 1,000 steps in all in the real environment must go as the table
    says.

    Raises:
        NotEnumerable: if its start or its steps are random, if it has over `max_states` states, or if what a step does
            depends on something else than the state.
        ValueError: if it is unknown, or does not fit the task (see `make_real`).
    """
    checked_whole("max_states", max_states, 1)
    check_name(environment)
    found = _enumerate(environment, max_states)
    if isinstance(found, str):
        raise NotEnumerable(f"{environment} cannot be made a table: {found}")
    return found


@functools.lru_cache(maxsize=32)
def _enumerate(environment: str, max_states: int) -> TransitionTable | str:
    """The table, or why there is none: to find that out may take long, too."""
    try:
        return _Explorer(environment, max_states).table()
    except _Unfit as reason:
        return str(reason)


class _Unfit(Exception):  # noqa: N818
    pass


_Key = tuple[tuple[int, ...], int, bytes, tuple[int, ...] | None]  # place, direction, grid, what is carried
_Outcome = tuple[_Key, bool, float, "MiniGridEnv", NDArray[np.float32]]  # key, terminated, reward, copy, observation


class _Explorer:
    """Drives copies of one real environment."""

    def __init__(self, environment: str, max_states: int) -> None:
        from gymnasium.utils import seeding
        from gymnasium.wrappers import OrderEnforcing
        from minigrid.core.world_object import Floor, Goal, Lava, Wall
        from minigrid.minigrid_env import MiniGridEnv

        real = make_fresh(environment)
        inner = real.env if isinstance(real, OrderEnforcing) else real  # the wrapper that gymnasium.make adds
        if inner is not real.unwrapped or not isinstance(inner, MiniGridEnv):
            raise _Unfit(f"it is no bare MiniGrid environment, but {real}")
        self.name, self.max_states = environment, max_states
        self.real: MiniGridEnv = inner
        view = begin(real, 0)
        self.max_steps = step_limit(real)
        untouched, _ = seeding.np_random(0)
        if _random_state(self.real) != untouched.bit_generator.state:
            raise _Unfit("its start is random")
        if memory := find_memory(environment):
            raise _Unfit(f"it remembers earlier episodes ({memory})")
        self.start = _key(self.real)
        # Copies share what no step changes, which makes them several times cheaper.
        self.shared = [self.real.observation_space, self.real.action_space, self.real.actions, self.real.spec]
        self.shared += [thing for thing in self.real.grid.grid if type(thing) in (Wall, Floor, Goal, Lava)]
        self.views = {(self.start, False): view}  # by key and whether the episode has ended

    def table(self) -> TransitionTable:
        """Breadth first from the start."""
        live, waiting = [self.start], deque([self.real])
        leads: list[list[tuple[_Key, bool]]] = []
        payment: list[list[int]] = []
        rows, row_of = [np.zeros(self.max_steps + 1)], {(0.0, 0.0): 0}
        while waiting:
            here = waiting.popleft()
            leads.append([])
            payment.append([])
            for action in range(N_ACTIONS):
                key, ended, reward, there, view = self.outcome(here, action, 1)
                last_key, last_ended, last_reward, _, _ = self.outcome(here, action, self.max_steps)
                if (last_key, last_ended) != (key, ended):
                    raise _Unfit("what a step does depends on the time")
                if (key, ended) not in self.views:
                    if len(self.views) >= self.max_states:
                        raise _Unfit(f"it has more than {self.max_states:,} states")
                    self.views[key, ended] = view
                    if not ended:
                        live.append(key)
                        waiting.append(there)
                leads[-1].append((key, ended))
                rewards = (reward, last_reward)
                if rewards not in row_of:
                    row_of[rewards] = len(rows)
                    every_time = range(1, self.max_steps + 1)
                    rows.append(np.array([0.0, *(self.outcome(here, action, time)[2] for time in every_time)]))
                payment[-1].append(row_of[rewards])

        states = [(key, False) for key in live]
        states += [state for state in self.views if state[1]]
        number = {state: k for k, state in enumerate(states)}
        table = TransitionTable(
            environment=self.name,
            observations=np.stack([self.views[state] for state in states]),
            n_live=len(live),
            next_state=np.array([[number[state] for state in row] for row in leads]),
            terminated=np.array([[ended for _, ended in row] for row in leads]),
            payment=np.array(payment),
            payoff=np.stack(rows),
            start=0,
            max_steps=self.max_steps,
        )
        self.check_walks(table)
        return table

    def outcome(self, here: MiniGridEnv, action: int, time: int) -> _Outcome:
        """What `action` does in `here` as step number `time` of the episode; `here` stays as it is."""
        try:
            there = copy.deepcopy(here, {id(part): part for part in self.shared})
        except Exception as error:  # of what an environment holds, such as a lock
            raise _Unfit(f"it cannot be copied ({type(error).__name__}: {error})") from error
        there.step_count = time - 1
        observation, reward, terminated, truncated, _ = there.step(action)
        if _random_state(there) != _random_state(here):
            raise _Unfit("a step draws random numbers")
        if truncated != (time >= self.max_steps):
            raise _Unfit("it does not time out by the number of steps alone")
        return _key(there), bool(terminated), float(reward), there, flat_image(observation)

    def check_walks(self, table: TransitionTable) -> None:
        """Random walks in the real environment: they would notice a memory that no key tells of."""
        walker, steps_left = np.random.default_rng(0), _CHECKED_STEPS
        for seed in itertools.count():
            view = begin(self.real, seed)
            state, time, ended = table.start, 0, False
            while True:
                if not np.array_equal(view, table.observations[state]):
                    raise _Unfit("what the agent sees depends on more than grid, agent and what it carries")
                if ended:
                    break
                if not steps_left:
                    return
                action = int(walker.integers(N_ACTIONS))
                observation, *found, _ = self.real.step(action)
                view, steps_left, time = flat_image(observation), steps_left - 1, time + 1
                reward = table.payoff[table.payment[state, action], time]
                expected = [reward, table.terminated[state, action], time >= self.max_steps]
                if found != expected:
                    raise _Unfit("what a step does depends on more than grid, agent and what it carries")
                state, ended = table.next_state[state, action], any(found[1:])


def _key(env: MiniGridEnv) -> _Key:
    carried = env.carrying.encode() if env.carrying else None
    return tuple(map(int, env.agent_pos)), int(env.agent_dir), env.grid.encode().tobytes(), carried


def _random_state(env: MiniGridEnv) -> Mapping[str, Any]:
    return env.np_random.bit_generator.state
