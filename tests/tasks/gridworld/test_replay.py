"""One episode played back: what it must agree with, and what it refuses."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
import torch

from qtkit.networks import PolicyMLP, ValueMLP
from qtkit.panels.agent.replay import png
from qtkit.tasks.gridworld import replay
from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.gridworld.environment import load_environment
from qtkit.tasks.gridworld.evaluation import shortest_path
from qtkit.tasks.gridworld.replay import ACTIONS, play
from tests.tasks.gridworld.worlds import register

FIVE = "MiniGrid-Empty-5x5-v0"


def network(seed: int = 0) -> ActorCritic:
    torch.manual_seed(seed)
    return ActorCritic(PolicyMLP(), ValueMLP())


def always(action: int):
    """A policy that is sure of `action`, and a value of a half."""

    def call(observations: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = torch.full((len(observations), len(ACTIONS)), -100.0)
        logits[:, action] = 100.0
        return logits, torch.full((len(observations),), 0.5)

    return call


class ByHeart:
    """Says its actions one after the other, whatever it sees."""

    def __init__(self, actions: tuple[int, ...]) -> None:
        self.calls = [always(action) for action in actions] + [always(6)]

    def __call__(self, observations: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.calls.pop(0)(observations)


def test_actions_are_minigrid_s() -> None:
    from minigrid.core.actions import Actions

    names = [name.replace("turn ", "").replace("pick up", "pickup") for name in ACTIONS]
    assert names == [action.name for action in Actions]


def test_the_shortest_path_step_by_step() -> None:
    way = shortest_path(load_environment(FIVE))
    told = play(ByHeart(way.actions), FIVE, greedy=True)
    assert told.actions == way.actions and told.outcome == "goal"
    assert told.total == pytest.approx(way.total)
    assert told.probabilities.shape == (6, 7) and told.values.shape == (6,)
    assert told.probabilities.argmax(1).tolist() == [*way.actions, 6]
    assert told.rewards[:-1] == (0,) * 4
    np.testing.assert_allclose(told.returns_to_go, [*(way.total * 0.9 ** np.arange(4, -1, -1)), 0])
    assert str(told) == f"reaches the goal in 5 steps, return {way.total:.3f}"
    assert len(told.pictures) == 6
    assert not np.array_equal(told.pictures.frames[0], told.pictures.frames[-1])


def test_probabilities_and_values_are_the_network_s() -> None:
    actor_critic, table = network(), load_environment(FIVE)
    told = play(actor_critic, FIVE, seed=3, pictures=False)
    episode = table.new_episode(3)
    for action, chances, value in zip(told.actions, told.probabilities, told.values, strict=False):
        with torch.no_grad():
            logits, values = actor_critic(torch.from_numpy(episode.observation())[None])
        np.testing.assert_allclose(chances, logits[0].softmax(0), rtol=1e-5)
        assert value == values.item()
        episode.step(action)
    assert episode.done and episode.total == pytest.approx(told.total)
    assert told.pictures is None


def test_a_seed_decides_the_draws() -> None:
    one, same, other = (play(network(), FIVE, seed=seed, pictures=False).actions for seed in (1, 1, 2))
    assert one == same != other


def test_networks_in_float64() -> None:
    told, expected = (play(who, FIVE, seed=1, pictures=False) for who in (network().double(), network()))
    assert told.actions == expected.actions
    np.testing.assert_allclose(told.probabilities, expected.probabilities, rtol=1e-5)


def test_greedy_takes_the_likeliest_and_the_limit_ends_it() -> None:
    told = play(always(0), FIVE, greedy=True, pictures=False)
    assert set(told.actions) == {0} and len(told.actions) == 100 and told.outcome == "time"
    assert told.total == 0 and "does not reach the goal in 100 steps" in str(told)


def test_an_action_without_probability_is_never_drawn() -> None:
    assert set(play(always(4), FIVE, pictures=False).actions) == {4}


def test_a_long_episode_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "MAX_STEPS", 7)
    told = play(always(0), FIVE)
    assert told.outcome == "cut" and len(told.actions) == 7 and len(told.pictures) == 8
    assert str(told) == "the first 7 steps; the episode goes on"


@pytest.mark.slow
def test_pictures_of_large_grids_are_smaller() -> None:
    told = play(always(0), "MiniGrid-Empty-16x16-v0", greedy=True)
    assert told.pictures.frames[0].shape == (320, 320, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((always(0), "MiniGrid-Empty-5x6-v0"), "unknown environment 'MiniGrid-Empty-5x6-v0': did you mean"),
        ((lambda x: (x, x[:, 0]), FIVE), r"must give logits \(1, 7\) and values \(1,\), got \(1, 147\) and \(1,\)"),
        ((lambda x: (x[:, :7] * torch.nan, x[:, 0]), FIVE), "numbers that are not finite"),
    ],
)
def test_what_cannot_be_played(arguments, message) -> None:
    with pytest.raises(ValueError, match=message):
        play(*arguments)


def test_a_negative_seed() -> None:
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0, got -1"):
        play(always(0), FIVE, seed=-1)


def test_an_environment_of_another_view() -> None:
    with pytest.raises(ValueError, match=r"must have shape \(7, 7, 3\)"):
        play(always(0), register("SmallView"))


# PNG


def pixels(data: bytes) -> np.ndarray:
    """Reads what `png` writes: one IDAT, no filters, RGB."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, place = {}, 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        name, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        assert struct.unpack(">I", data[place + 8 + length : place + 12 + length])[0] == zlib.crc32(name + body)
        chunks[name], place = body, place + 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + 3 * width)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape(height, width, 3)


def test_a_png_holds_the_picture() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (5, 3, 3), dtype=np.uint8)
    assert np.array_equal(pixels(png(picture)), picture)


def test_others_can_read_it() -> None:
    import io

    from matplotlib.image import imread

    picture = np.random.default_rng(1).integers(0, 256, (4, 9, 3), dtype=np.uint8)
    np.testing.assert_allclose(imread(io.BytesIO(png(picture)), format="png"), picture / np.float32(255), atol=1e-6)


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (0, 4, 3)])
def test_what_is_no_picture(shape) -> None:
    with pytest.raises(ValueError, match=r"a picture must be \(H, W, 3\) uint8, got uint8 of shape"):
        png(np.zeros(shape, np.uint8))
