"""What a run in an environment of one's own is known by: its code, not its name alone."""

from __future__ import annotations

import gymnasium
import pytest
from minigrid.envs import EmptyEnv

from qtkit.runs import Store
from qtkit.tasks.gridworld import GridworldSettings

SOURCE = """
from minigrid.envs import EmptyEnv

class Mine(EmptyEnv):
    def step(self, action):
        observation, reward, *others = super().step(action)
        return observation, {factor} * reward, *others
"""


@pytest.fixture
def register(tmp_path, monkeypatch):
    """Write a module of one's own and register what it has, as a changed file is in a new session."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def again(name: str, factor: int, **kwargs):
        (tmp_path / f"{name}.py").write_text(SOURCE.format(factor=factor))
        gymnasium.registry.pop("Mine-v0", None)
        gymnasium.register("Mine-v0", f"{name}:Mine", kwargs=kwargs)

    yield again
    gymnasium.registry.pop("Mine-v0", None)


def test_changed_code_is_another_run(register, tmp_path):
    store, settings = Store(tmp_path / "store"), GridworldSettings(environment="Mine-v0")
    register("mine_1", 1)
    first = store.run(settings).key
    assert store.run(settings).key == first
    register("mine_2", 2)
    second = store.run(settings).key
    register("mine_3", 2, size=8)
    assert len({first, second, store.run(settings).key}) == 3
    register("mine_4", 1)
    assert store.run(settings).key == first


def test_the_libraries_own_are_known_by_name(tmp_path):
    store = Store(tmp_path)
    for name in ("MiniGrid-Empty-5x5-v0", "BabyAI-GoToObj-v0", "Nobody-knows-v0"):
        settings = GridworldSettings(environment=name)
        assert store.run(settings).key == store.at(settings, None).key


def test_a_class_of_a_notebook_or_a_shell(tmp_path):
    class Local(EmptyEnv):
        pass

    settings, store = GridworldSettings(environment="Local-v0"), Store(tmp_path)
    gymnasium.register("Local-v0", Local)
    try:
        known = store.run(settings).key
        made: dict[str, type] = {}
        exec("from minigrid.envs import EmptyEnv\nclass Typed(EmptyEnv):\n    pass", made)
        gymnasium.registry.pop("Local-v0")
        gymnasium.register("Local-v0", made["Typed"])
        assert store.run(settings).key != known
    finally:
        gymnasium.registry.pop("Local-v0", None)
