"""The agent panel without its widgets: settings, runs, and what is shown of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from qtkit.panels.agent import words as agent_words
from qtkit.panels.agent.presets import describe
from qtkit.panels.parts.phase import Phase
from qtkit.panels.training import words
from qtkit.panels.training.model import TrainingModel
from qtkit.panels.training.session import Run
from qtkit.plots.live.agent import AgentPicture, AgentState
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.gridworld.environment import Environment
from qtkit.tasks.gridworld.evaluation import Evaluation, ShortestPath, evaluate, shortest_path
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.gridworld.training import GridworldTraining, Record

WINDOWS = (100, 1_000)
"""Over how many episodes mean and standard deviation are shown; the paper's figures take 1,000."""


@dataclass
class Log:
    """What is gathered of a run.

    Attributes:
        untrained: policy and value network before the first update, plain networks.
        shortest: the shortest path to the goal, if the environment is known well enough.
        returns: of all episodes so far, in order.
        lengths: their steps.
        threshold: the return that counts as a success, where the environment names one.
        n_actions: how many there are.
    """

    untrained: ActorCritic
    shortest: ShortestPath | None
    returns: list[float] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    threshold: float | None = None
    n_actions: int = 7


class AgentModel(TrainingModel[GridworldSettings, GridworldTraining, Evaluation | None]):
    """A session of reinforcement-learning trainings. What is counted is episodes.

    Attributes:
        window: over how many episodes mean and standard deviation are shown.
    """

    kind_name = "agent"
    panel = "AgentPanel"
    preparing = (
        "Preparing: enumerating the environment, building the models, compiling the circuits (first time only) …"
    )
    picture = AgentPicture
    counted = "episode"
    measure = "mean_return"

    window = WINDOWS[0]

    @property
    def log(self) -> Log | None:
        """What is gathered of the run that is shown."""
        return log_of(self.run)

    def state(self) -> AgentState:
        """What the figure shows now."""
        log = self.log
        return AgentState(
            candidates=self.candidates,
            records=list(self.records),
            returns=np.array(log.returns if log else (), dtype=np.float64),
            window=self.window,
            best=log.shortest.total if log and log.shortest else None,
            expected=self.expected,
            own=self.own,
            n_actions=log.n_actions if log else 7,
            has_best=log.shortest is not None if log else not isinstance(self.settings, AgentSettings),
        )

    def describe(self, settings: GridworldSettings) -> str:
        """Settings in a few words."""
        return describe(settings)

    def _describe_source(self) -> str:
        data = getattr(self.training, "data", None)
        if data is None:
            return f"Environment: {self.settings.environment}."
        states = "" if data.observations is None else f", {len(data.observations)} states"
        notes = "".join(f" {note}" for note in getattr(self.training, "notes", ()))
        return f"Environment: {data.name}, at most {data.max_steps} steps an episode{states}.{notes}"

    def sentence(self) -> str:
        """How often the agent arrives, and who leads."""
        records, log, settings = self.records, self.log, self.shown_settings
        if not records or log is None:
            return words.who_leads(self.candidates, (), settings.depth, model=settings.model, own=self.own)
        shortest = log.shortest.length if log.shortest else None
        last = records[-1]
        return " ".join(
            [
                agent_words.arrivals(log.returns, log.lengths, shortest, self.seen, log.threshold),
                agent_words.both_lead(
                    self.candidates,
                    last.weights,
                    last.value_weights,
                    settings.depth,
                    model=settings.model,
                    own=self.own,
                ),
            ]
        )

    def progress(self) -> str:
        """Episode, speed, time left."""
        told = words.progress(self.phase, self.records, self.total_steps, self.rate, counted=self.counted)
        rate = self.rate_of("environment_steps") if self.phase is Phase.RUNNING else None
        return f"{told} · {rate:,.0f} environment steps/s" if rate else told

    def _begin(self, run: Run[GridworldSettings], training: GridworldTraining) -> None:
        world = training.data
        run.log = Log(training.network(), _shortest(world), threshold=world.threshold, n_actions=world.n_actions)

    def _note(self, run: Run[GridworldSettings], record: Record) -> None:
        if (log := log_of(run)) is not None:
            log.lengths.extend(record.lengths)
            log.returns.extend(record.returns)
        super()._note(run, record)

    def _measured(self, run: Run[GridworldSettings], record: Record) -> float | None:
        """The mean return of the last episodes, once there are enough of them."""
        log, enough = log_of(run), min(agent_words.RECENT, run.settings.episodes)
        if log is None or not record.returns or len(log.returns) < enough:
            return None
        return float(np.mean(log.returns[-enough:]))

    def _look(self, training: GridworldTraining) -> Evaluation | None:
        """How the policy fares with its likeliest actions; only in a table, where that takes no time."""
        if training.data.observations is None:
            return None
        return evaluate(training.network().policy, training.data, episodes=1, greedy=True)


def log_of(run: Run[GridworldSettings] | None) -> Log | None:
    """What is gathered of a run, once its training is built."""
    return run.log if run is not None and isinstance(run.log, Log) else None


def _shortest(environment: Environment) -> ShortestPath | None:
    try:
        return shortest_path(environment)
    except ValueError:  # the real environment, or one without a way
        return None
