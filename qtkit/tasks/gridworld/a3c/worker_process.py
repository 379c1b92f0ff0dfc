"""`run_worker`: what the process of one worker does; `processes` starts it and talks with it through a pipe."""

from __future__ import annotations

import contextlib
import signal
import time
from multiprocessing.connection import Connection

import torch
from torch import Tensor

from qtkit.simulation import set_num_threads
from qtkit.tasks.gridworld.a3c.actor_critic import build_actor_critic
from qtkit.tasks.gridworld.a3c.compiled import differentiate_for
from qtkit.tasks.gridworld.a3c.own_networks import OwnNetworks
from qtkit.tasks.gridworld.a3c.shared_adam import SharedAdam
from qtkit.tasks.gridworld.a3c.update import Update
from qtkit.tasks.gridworld.a3c.worker import A3CWorker
from qtkit.tasks.gridworld.environment import Environment
from qtkit.tasks.gridworld.environment.minigrid import unpack
from qtkit.tasks.gridworld.settings import GridworldSettings

REPORT_SECONDS = 1.0
"""After which a worker reports what it has done, if its episode has not ended before."""

READY = "ready"
"""What a worker says first."""


def run_worker(
    pipe: Connection,
    index: int,
    settings: GridworldSettings,
    environment: Environment,
    shared: Tensor,
    moments: dict[str, Tensor],
    updates: int,
    sent: bytes | None = None,
    own: OwnNetworks | None = None,
) -> None:
    """The life of a worker's process: play the episodes it is given, and report; end when the pipe does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    set_num_threads(1)
    with contextlib.suppress(EOFError, OSError):  # of a run that has ended
        try:
            if sent is not None:
                unpack(sent)
            model = build_actor_critic(settings, environment, own)
            shared.grad = model.gradient
            optimiser = SharedAdam(shared, settings.learning_rate, **settings.optimiser_options)
            optimiser.state[shared] = moments
            worker = A3CWorker(index, settings.seed, environment, shared.clone(), differentiate_for(model, settings))
            worker.updates = updates
            pipe.send(READY)
            while True:
                worker.episodes, worker.episode = pipe.recv(), None
                worker.numbers.copy_(shared)
                done: list[Update] = []
                reported = time.monotonic()
                while not (done and done[-1].finished):
                    if done and time.monotonic() - reported >= REPORT_SECONDS:
                        pipe.send(done)
                        done, reported = [], time.monotonic()
                    done.append(worker.turn(model, shared, optimiser, settings))
                pipe.send(done)
        except (EOFError, OSError):
            raise
        except FloatingPointError as error:
            pipe.send(error)
        except Exception as error:
            pipe.send(RuntimeError(f"worker {index} failed: {type(error).__name__}: {error}"))
