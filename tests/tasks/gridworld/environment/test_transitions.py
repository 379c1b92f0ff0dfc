"""The table of an environment against the environment itself, and environments that have no table."""

from __future__ import annotations

import functools

import gymnasium
import minigrid  # noqa: F401  (registers its environments)
import numpy as np
import pytest

from qtkit.tasks.gridworld.environment.transitions import NotEnumerable, TransitionTable, enumerate_environment
from tests.tasks.gridworld.worlds import register

FIVE, SIX = "MiniGrid-Empty-5x5-v0", "MiniGrid-Empty-6x6-v0"


def paths(table: TransitionTable) -> dict[int, list[int]]:
    """Actions that lead from the start to each state in which an episode goes on."""
    found, waiting = {table.start: []}, [table.start]
    for state in waiting:
        for action in range(7):
            following = int(table.next_state[state, action])
            if following not in found and not table.terminated[state, action]:
                found[following] = [*found[state], action]
                waiting.append(following)
    return found


def assert_agrees_everywhere(table: TransitionTable, times: list[int]) -> None:
    """Every action in every state, at each of `times`, in the real environment; reached by steps from its start."""
    real = gymnasium.make(table.environment, disable_env_checker=True).unwrapped
    ways = paths(table)
    assert sorted(ways) == list(range(table.n_live)), "each state can be reached"
    for state, way in ways.items():
        for action in range(7):
            paid = table.payoff[table.payment[state, action]]
            for time in times:
                observation, _ = real.reset(seed=time)
                for step in way:
                    observation, *_ = real.step(step)
                assert observation["image"].ravel().tolist() == table.observations[state].tolist()
                real.step_count = time - 1
                observation, reward, terminated, truncated, _ = real.step(action)
                where = (state, action, time)
                following = table.next_state[state, action]
                assert observation["image"].ravel().tolist() == table.observations[following].tolist(), where
                assert reward == paid[time], where
                assert terminated == table.terminated[state, action] == (following >= table.n_live), where
                assert truncated == (time >= table.max_steps), where


@pytest.mark.slow
@pytest.mark.parametrize(("name", "live", "max_steps"), [(FIVE, 32, 100), (SIX, 60, 144)])
def test_the_paper_s_environments(name, live, max_steps):
    table = enumerate_environment(name)
    assert table.environment == name and table.n_live == live and table.n_states == live + 2 and table.start == 0
    assert table.max_steps == max_steps
    assert table.observations.shape == (live + 2, 147) and table.observations.dtype == np.float32
    assert table.next_state.shape == table.terminated.shape == table.payment.shape == (live, 7)
    assert table.terminated.sum() == 2, "the goal is entered from the left and from above"
    assert ((table.payment > 0) == table.terminated).all()
    assert repr(table) == f"{name} as a table: {live} + 2 final states, at most {max_steps} steps"
    assert_agrees_everywhere(table, [1, 2, max_steps // 2, max_steps - 1, max_steps])


@pytest.mark.parametrize("name", [FIVE, SIX])
def test_rewards_are_the_formula_and_the_environment_s(name):
    table = enumerate_environment(name)
    time = np.arange(1, table.max_steps + 1)
    assert table.payoff.shape == (2, table.max_steps + 1) and not table.payoff[0].any() and table.payoff[1, 0] == 0
    np.testing.assert_allclose(table.payoff[1, 1:], 1 - 0.9 * time / table.max_steps, rtol=0, atol=1e-15)
    real = gymnasium.make(name).unwrapped
    state, action = np.argwhere(table.terminated)[0].tolist()
    for k in time.tolist():
        real.reset(seed=0)
        for step in paths(table)[state]:
            real.step(step)
        real.step_count = k - 1
        assert real.step(action)[1] == table.payoff[1, k], "to the last bit"


def test_the_agent_cannot_tell_all_states_apart():
    for name, distinct in ((FIVE, 26), (SIX, 48)):
        table = enumerate_environment(name)
        assert len(np.unique(table.observations[: table.n_live], axis=0)) == distinct


@pytest.mark.slow
def test_an_end_without_reward():
    table = enumerate_environment("MiniGrid-DistShift1-v0")
    lava = table.terminated & (table.payment == 0)
    assert lava.any() and (table.terminated & (table.payment > 0)).any()
    assert_agrees_everywhere(table, [1, table.max_steps])


@pytest.mark.slow
def test_what_is_carried_is_part_of_the_state():
    table = enumerate_environment(register("WithKey"))
    assert table.n_live > 2 * 12, "not only four directions in each of the three cells beside the goal"
    assert_agrees_everywhere(table, [1, table.max_steps])


def test_any_rule_of_rewards_is_taken_as_it_is():
    table = enumerate_environment(register("Costs"))
    assert (table.payment > 0).all()
    assert_agrees_everywhere(table, [1, 7, 31, table.max_steps])


def test_tables_are_remembered_and_cannot_be_changed():
    table = enumerate_environment(FIVE)
    assert enumerate_environment(FIVE) is table
    for array in (table.observations, table.next_state, table.terminated, table.payment, table.payoff):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ("MiniGrid-Empty-Random-5x5-v0", "MiniGrid-Empty-Random-5x5-v0 cannot be made a table: its start is random"),
        ("MiniGrid-DoorKey-5x5-v0", "its start is random"),
        ("MiniGrid-GoToDoor-5x5-v0", "its start is random"),
        (functools.partial(register, "RandomSteps"), "a step draws random numbers"),
        (functools.partial(register, "Remembers"), "depends on more than grid, agent and what it carries"),
        (functools.partial(register, "Tires"), "what a step does depends on the time"),
        (functools.partial(register, "StopsEarly"), "does not time out by the number of steps alone"),
        (functools.partial(register, "Wrapped"), "it is no bare MiniGrid environment, but <.*TimeLimit"),
    ],
)
def test_what_has_no_table(environment, reason):
    with pytest.raises(NotEnumerable, match=reason):
        enumerate_environment(environment if isinstance(environment, str) else environment())


@pytest.mark.slow
def test_a_limit_of_states():
    assert enumerate_environment(FIVE, max_states=34).n_live == 32
    for _ in range(2):  # the second time from memory
        with pytest.raises(NotEnumerable, match="it has more than 33 states"):
            enumerate_environment(FIVE, max_states=33)
    with pytest.raises(ValueError, match="max_states must be a whole number of at least 1, got 0"):
        enumerate_environment(FIVE, max_states=0)


@pytest.mark.parametrize("name", ["MiniGrid-Empty-5x5", None, ["a list"]])
def test_unknown_names(name):
    with pytest.raises(ValueError, match="unknown environment") as caught:
        enumerate_environment(name)
    assert not isinstance(caught.value, NotEnumerable)
