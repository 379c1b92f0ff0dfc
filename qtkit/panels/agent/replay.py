"""Two episodes to watch side by side, the untrained agent's and the present one's; no widgets."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qtkit.names import counted
from qtkit.panels.agent.model import AgentModel, log_of
from qtkit.panels.parts.background import Background
from qtkit.panels.training.session import LET_GO, Run
from qtkit.panels.training.words import plain_error
from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.gridworld.replay import Replay, action_names, play
from qtkit.tasks.gridworld.settings import GridworldSettings


@dataclass(frozen=True)
class Pair:
    """What is shown.

    Attributes:
        run: the run it belongs to.
        before: the untrained agent's episode, without pictures.
        now: the trained agent's, likewise.
        episode: after how many episodes of training.
        data: both, ready for the player.
    """

    run: Run[GridworldSettings]
    before: Replay
    now: Replay
    episode: int
    data: tuple[dict[str, Any], dict[str, Any]]


class ReplayModel:
    """Plays episodes on a thread of its own: the training only hands over its network, between two steps.

    Arguments:
        agent: whose agents they are.
        changed: called on that thread when `pair` or `error` has changed.

    Attributes:
        greedy: whether the likeliest action is taken each time.
        seed: of the environment and of the draws.
        pair: what was played last, or None.
        error: why nothing could be played, in words, or an empty text.
        busy: whether episodes are being played.
    """

    def __init__(self, agent: AgentModel, changed: Callable[[], None]) -> None:
        self.agent, self._changed = agent, changed
        self.greedy, self.seed = False, 0
        self.pair: Pair | None = None
        self.error, self.busy = "", False
        self._lock = threading.Lock()
        self._background = Background(self._work, "qtkit-replay")
        self._followed: tuple[Run[GridworldSettings], bool] | None = None

    def refresh(self) -> None:
        """Play both episodes anew, with the training's network as it is then; returns at once."""
        with self._lock:
            self.busy = True
            self._background.start()

    def follow(self) -> None:
        """Play by itself when a run begins and when it ends; forget what belongs to a run that was reset."""
        with self._lock:
            run = self.agent.run
            if run is None or (self.pair and self.pair.run is not run):
                self.pair, self.error = None, ""
        if run is None:
            self._followed = None
            return
        active = self.agent.phase.active
        followed = self._followed is not None and self._followed[0] is run and self._followed[1] == active
        if log_of(run) is not None and run.records and not followed and not run.let_go:
            self._followed = run, active
            self.refresh()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is played any more; True if so."""
        return self._background.join(timeout)

    def _work(self) -> bool:
        run, pair, trouble = self.agent.run, None, ""
        try:
            pair = self._play(run)
        except Exception as error:  # a thread has no one else to tell
            trouble = plain_error(error)
        with self._lock:
            if self.agent.run is run:  # else it was reset meanwhile
                self.pair, self.error = pair or self.pair, trouble
            self.busy = self._background.wanted
        self._changed()
        return False

    def _play(self, run: Run[GridworldSettings] | None) -> Pair:
        log = log_of(run)
        if run is None or log is None:
            raise ValueError("there is no agent yet: press Start, or Step")
        if run.let_go:
            raise ValueError(LET_GO)
        now, episode, world = self.agent.ask(
            lambda training: (training.network(), training.steps_done, training.data)
        ).result()
        settings, greedy, seed = run.settings, self.greedy, self.seed

        def episode_of(network: ActorCritic) -> Replay:
            return play(network, world, greedy=greedy, seed=seed, discount=settings.discount)

        shown = self.pair
        if shown and shown.run is run and (shown.before.greedy, shown.before.seed) == (greedy, seed):
            before, data = shown.before, shown.data[0]
        else:
            before, data = _read(episode_of(log.untrained), "untrained")
        told = f"now, after {counted(episode, 'episode')}"
        after, data_now = _read(episode_of(now), told)
        return Pair(run, before, after, episode, (data, data_now))


def _read(replay: Replay, name: str) -> tuple[Replay, dict[str, Any]]:
    """An episode without its pictures, 20 MB, and what the player shows of it, where they are small."""
    return replace(replay, pictures=None), episode_data(name, replay)


def episode_data(name: str, replay: Replay) -> dict[str, Any]:
    """An episode for the player in the browser: numbers, and each picture once, as PNG.

    Arguments:
        name: whose episode it is.
    """
    pictures: dict[bytes, int] = {}

    def numbered(frames: list[np.ndarray]) -> list[int]:
        return [pictures.setdefault(png(frame), len(pictures)) for frame in frames]

    grid, view = (numbered(replay.pictures.frames), numbered(replay.pictures.views)) if replay.pictures else ([], [])
    return {
        "name": name,
        "outcome": str(replay),
        "actions": list(replay.actions),
        "rewards": list(replay.rewards),
        "probabilities": np.round(replay.probabilities, 4).tolist(),
        "values": [round(value, 4) for value in replay.values.tolist()],
        "following": [round(value, 4) for value in replay.returns_to_go.tolist()],
        "names": list(action_names(replay.environment, replay.probabilities.shape[1])),
        "grid": grid,
        "view": view,
        "pictures": list(pictures),
    }


def png(picture: np.ndarray) -> bytes:
    """A picture `(H, W, 3)` uint8 as a PNG file.

    Raises:
        ValueError: for another shape or type, or a picture without a pixel.
    """
    picture = np.asarray(picture)
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(f"a picture must be (H, W, 3) uint8, got {picture.dtype} of shape {picture.shape}")
    height, width, _ = picture.shape
    lines = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # each line begins with its filter: 0, none
    lines[:, 1:] = picture.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits a channel, colours as RGB
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
