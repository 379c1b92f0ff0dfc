"""Workers in turns: their order, how old their numbers are, and a break in the midst of it."""

from __future__ import annotations

import pytest

from qtkit.tasks.gridworld.a3c.actor_critic import build_actor_critic
from qtkit.tasks.gridworld.a3c.interleaved import InterleavedPool
from qtkit.tasks.gridworld.a3c.shared_adam import SharedAdam
from qtkit.tasks.gridworld.environment import load_environment
from qtkit.tasks.gridworld.settings import GridworldSettings

SMALL = GridworldSettings(model="mapping", workers=3, seed=1)


@pytest.fixture
def crew() -> InterleavedPool:
    return make(SMALL)


def make(settings: GridworldSettings) -> InterleavedPool:
    model = build_actor_critic(settings)
    optimiser = SharedAdam(model.numbers, settings.learning_rate, **settings.optimiser_options)
    return InterleavedPool(model, optimiser, load_environment(settings.environment), settings)


def test_each_has_a_turn_in_every_round(crew):
    for turn in range(1, 4):
        updates = crew.round(1_000)
        assert len(updates) == crew.alive == 3
        assert [worker.updates for worker in crew._workers] == [turn] * 3
        assert [worker.episodes for worker in crew._workers] == [1] * 3


def test_workers_act_differently(crew):
    crew.round(1_000)
    crew.round(1_000)
    assert len({tuple(worker.episode.actions) for worker in crew._workers}) == 3


def test_a_gradient_is_as_old_as_a_round(crew):
    """A worker computes with what the shared numbers were after its own last turn, W - 1 updates ago."""
    used, after = [], [crew._shared.clone()] * 3
    for worker in crew._workers:
        how = worker.differentiate

        def noting(model, *rest, how=how):
            used.append(model.numbers.clone())
            return how(model, *rest)

        worker.differentiate = noting
    step = crew._optimiser.step
    crew._optimiser.step = lambda: (step(), after.append(crew._shared.clone()))
    for _ in range(4):
        crew.round(1_000)
    assert len(used) == 12
    assert all(numbers.equal(at) for numbers, at in zip(used, after, strict=False))
    assert not used[3].equal(used[4]) and used[1].equal(used[2])


def test_a_round_ends_with_the_last_episode_and_goes_on_where_it_was():
    crew, other = make(SMALL), make(SMALL)
    updates: list = []
    while not any(update.finished for update in updates):
        updates += crew.round(1)
    assert sum(update.finished is not None for update in updates) == 1 and updates[-1].finished
    turns = len(updates)
    more = crew.round(1_000)
    assert (turns + len(more)) % 3 == 0
    expected: list = []
    while len(expected) < turns + len(more):
        expected += other.round(1_000)
    assert expected == updates + more


def test_a_checkpoint_holds_everything():
    crew, other = make(SMALL), make(SMALL)
    for _ in range(25):
        crew.round(1_000)
    crew.round(1)
    tensors = crew.tensors()
    assert tensors["workers.numbers"].shape == (3, 30)
    assert tensors["workers.actions"].shape == (3, 100)
    assert tensors["workers.counts"].tolist() == [[w.episodes, w.updates] for w in crew._workers]
    assert any(w.episodes > 1 and not w.episode.done for w in crew._workers), "in the midst of an episode"
    other.load({name: tensor.clone() for name, tensor in tensors.items()})
    for ours, theirs in zip(crew._workers, other._workers, strict=True):
        assert ours.numbers.equal(theirs.numbers)
        for name in ("actions", "state", "steps", "total", "done"):
            assert getattr(ours.episode, name) == getattr(theirs.episode, name)
    assert all(tensor.equal(other.tensors()[name]) for name, tensor in tensors.items())
    before = tensors["workers.numbers"].clone()
    crew.round(1_000)
    assert tensors["workers.actions"].shape == (3, 100) and tensors["workers.numbers"].equal(before), "a copy"


def test_a_checkpoint_from_before_the_first_turn():
    crew, other = make(SMALL), make(SMALL)
    other.round(1_000)
    other.load(crew.tensors())
    assert [worker.episode for worker in other._workers] == [None] * 3
    other._shared.copy_(crew._shared)
    assert other.round(1_000)[0] == crew.round(1_000)[0]
