"""`Agent`: policy and value networks of one's own, from plain PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from torch import nn

from qtkit.tasks.agents.known import AnyAgent
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.own.code import code_of, texts_of
from qtkit.tasks.own.sending import pack_part, unpack_part


@dataclass(frozen=True, eq=False)
class Agent(AnyAgent):
    """Networks of one's own for A3C, made for whatever environment a run is in.

    Its runs are those of the task `"agents"`: `qtkit.runs.run(agent.settings(...))`, or `qtkit run my_file.py:agent`
    for one that is written in a file; every model that generates weights is made around the same two networks. A file
    may register environments too, with `gymnasium.register`.

    Arguments:
        policy: a function of the numbers of inputs and of actions that returns the policy at its start: observations
            `(B, inputs)` to logits `(B, actions)`. Its random numbers may come from PyTorch's global generator: the
            settings' seed decides them. A picture comes in a row: begin with `nn.Unflatten(1, (height, width, 3))`.
        value: a function of the number of inputs that returns the value network: observations `(B, inputs)` to values
            `(B, 1)`.
        name: what an agent is called that stands in no file: by default its variable's name.

    Both are in evaluation mode throughout: dropout does nothing.

    Attributes:
        code: a digest of both functions: what identifies them, see `qtkit.tasks.own.code`.

    Raises:
        ValueError: for what is no function.

    Example:
        >>> from torch import nn
        >>> small = Agent(
        ...     policy=lambda inputs, actions: nn.Sequential(nn.Linear(inputs, 8), nn.Tanh(), nn.Linear(8, actions)),
        ...     value=lambda inputs: nn.Sequential(nn.Linear(inputs, 8), nn.Tanh(), nn.Linear(8, 1)),
        ...     name="small",
        ... )
        >>> small.settings(environment="Acrobot-v1").agent
        'small'
    """

    policy: Callable[[int, int], nn.Module]
    value: Callable[[int], nn.Module]
    name: str | None = None

    def __post_init__(self) -> None:
        for part in ("policy", "value"):
            function = getattr(self, part)
            if isinstance(function, nn.Module) or not callable(function):
                raise ValueError(
                    f"{part} must be a function that returns a network of the sizes it is given, for each run starts "
                    f"anew; got {type(function).__name__}"
                )
        if self.name is not None and (not isinstance(self.name, str) or not self.name):
            raise ValueError(f"name must be a word or None, got {self.name!r}")
        # Now, while files are as Python has read them: `code` may be asked for when they have changed.
        vars(self)["_texts"] = texts_of((self.policy, self.value))

    def __repr__(self) -> str:
        return f"Agent({self.name or 'without a name'})"

    def __reduce__(self) -> tuple[Callable[..., Agent], tuple[type[Agent], bytes, dict[str, str]]]:
        return unpack_part, (Agent, self._packed, {"code": self.code})

    @cached_property
    def code(self) -> str:
        """See the class."""
        return code_of({"policy": self.policy, "value": self.value}, vars(self)["_texts"])

    @property
    def version(self) -> str:
        """The first digits of `code`."""
        return self.code[:12]

    def settings(self, **changes: Any) -> AgentSettings:
        """The settings of a run: the defaults, changed by keyword, such as `environment="Acrobot-v1"`.

        Raises:
            ValueError: for a name that is no setting or a value that is not possible; and for an agent of a notebook
                that has neither a variable nor a name.
        """
        from qtkit.tasks.agents.places import place_agent
        from qtkit.tasks.own.places import stands_here
        from qtkit.tasks.settings import with_overrides

        place = place_agent(self)
        given = {"version": self.version} if stands_here(place) else {}
        return with_overrides(AgentSettings, None, {"agent": place.task, "file": place.file, **given, **changes})

    @cached_property
    def _packed(self) -> bytes:
        return pack_part(self)
