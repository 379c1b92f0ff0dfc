"""`find_memory`: what an environment still knows of earlier episodes when a new one begins, such as a bonus' counts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

import numpy as np

from qtkit.tasks.gridworld.environment.minigrid import MINIGRID, begin, make_fresh
from qtkit.tasks.gridworld.environment.senses import Senses

if TYPE_CHECKING:
    import gymnasium

_EPISODES, _STEPS = 3, 200  # played to see what stays of them


def find_memory(name: str) -> str | None:
    """Where the environment registered as `name` remembers earlier episodes, such as `"PositionBonus.counts"`, or None.

    Found by trying: an environment that has played a few random episodes and one that has not begin the same one, and
    must then be equal in all their parts. What is kept outside of the environment is not seen, nor a memory that random
    play does not reach.

    Raises:
        ValueError: as `make_fresh` and `begin` do.
    """
    return find_memory_of(lambda: make_fresh(name), MINIGRID)


def find_memory_of(make: Callable[[], gymnasium.Env[Any, Any]], senses: Senses) -> str | None:
    """As `find_memory`, of what `make` makes, which is seen by `senses`."""
    fresh, used = make(), make()
    player = np.random.default_rng(0)
    for seed in range(1, _EPISODES + 1):
        begin(used, seed, senses)
        for action in player.integers(senses.n_actions, size=_STEPS).tolist():
            _, _, terminated, truncated, _ = used.step(senses.first_action + action)
            if terminated or truncated:
                break
    begin(fresh, 0, senses)
    begin(used, 0, senses)
    handles: list[str] = []
    found = _difference(fresh, used, handles)
    return found or (handles[0] if handles and not _play_alike(fresh, used, senses) else None)


def _play_alike(one: gymnasium.Env[Any, Any], other: gymnasium.Env[Any, Any], senses: Senses) -> bool:
    """Whether an episode that both have begun goes the same way, as far as one at random goes."""
    for action in np.random.default_rng(1).integers(senses.n_actions, size=_STEPS).tolist():
        told = []
        for each in (one, other):
            observation, reward, *ended, _ = each.step(senses.first_action + action)
            told.append((senses.see(observation).tobytes(), float(reward), *map(bool, ended)))
        if told[0] != told[1]:
            return False
        if any(told[0][2:]):
            break
    return True


def _difference(one: object, other: object, handles: list[str]) -> str | None:
    """A part in which two objects differ, one as far outside as there is; None if they are equal.

    Of what a library keeps out of Python's sight (SWIG's `this`), only where it is held is told, in `handles`.
    """
    waiting = deque([("", one, other)])
    seen: set[tuple[int, int]] = set()
    while waiting:
        where, here, there = waiting.popleft()
        if (id(here), id(there)) in seen:
            continue
        seen.add((id(here), id(there)))
        if type(here) is not type(there):
            return where
        if type(here).__name__ == "SwigPyObject":
            handles.append(where)
            continue
        if _is_aside(here):
            continue
        parts = list(_parts(here)), list(_parts(there))
        if [name for name, _ in parts[0]] != [name for name, _ in parts[1]]:
            return where
        if not parts[0] and not _equal(here, there):
            return where
        for (name, part), (_, its) in zip(*parts, strict=True):
            # An attribute is told with its class, an item by what holds it.
            waiting.append((f"{type(here).__name__}.{name}" if _has_attributes(here) else where, part, its))
    return None


def _is_aside(thing: object) -> bool:
    """Whether it is no part of what happens: functions, classes, and spaces, whose own random numbers are not drawn."""
    from gymnasium import Space

    return callable(thing) or isinstance(thing, Space)


def _watchers() -> tuple[type, ...]:
    """Wrappers that note what happens and change nothing of it."""
    from gymnasium import wrappers

    return wrappers.PassiveEnvChecker, wrappers.RecordEpisodeStatistics, wrappers.RecordVideo


def _has_attributes(thing: object) -> bool:
    return hasattr(thing, "__dict__") and not isinstance(thing, Mapping | Sequence | AbstractSet | np.ndarray)


def _parts(thing: Any) -> Iterator[tuple[object, object]]:
    """What an object is made of, by name, key or place; nothing for a value."""
    if isinstance(thing, Mapping):
        yield from sorted(thing.items(), key=lambda item: repr(item[0]))
    elif isinstance(thing, Sequence) and not isinstance(thing, str | bytes | bytearray | range):
        yield from enumerate(thing)
    elif isinstance(thing, np.random.Generator):
        yield "state", thing.bit_generator.state
    elif isinstance(thing, np.ndarray) and thing.dtype.hasobject:
        yield from enumerate(thing.reshape(-1).tolist())
    elif isinstance(thing, _watchers()):
        yield "env", vars(thing)["env"]
    elif _has_attributes(thing):
        yield from sorted(vars(thing).items())


def _equal(one: Any, other: Any) -> bool:
    """Of two values of one type; NaN is NaN, and what only identity tells apart, such as a window, is equal."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
    if "__eq__" not in {name for kind in type(one).__mro__[:-1] for name in vars(kind)}:
        return True
    return bool(one == other) or bool(one != one and other != other)
