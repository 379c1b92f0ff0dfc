"""`own_code`: what identifies an environment that comes with none of the libraries, whose name alone says little."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qtkit.seals import digest

if TYPE_CHECKING:
    from qtkit.tasks.gridworld.settings import GridworldSettings

_LIBRARIES = ("minigrid", "gymnasium", "builtins", "abc", "typing")


def own_code(settings: GridworldSettings) -> str | None:
    """A digest of the code behind the environment that `settings` name; None for the libraries' own, and unknown ones.

    A class that is changed and registered anew under its name is another environment: runs in the old one are not its.
    What counts is the file that it is written in, in a notebook its own source and that of the classes it inherits
    from, and the arguments that it is registered with; not what its file imports.
    """
    import gymnasium
    import minigrid  # registers its environments  # noqa: F401

    try:
        spec = gymnasium.spec(settings.environment)
        entry = spec.entry_point
        made_by = gymnasium.envs.registration.load_env_creator(entry) if isinstance(entry, str) else entry
    except Exception:  # the training tells what is wrong with it
        return None
    parts = list(dict.fromkeys(_sources(made_by)))
    arguments = [repr(spec.kwargs), *(repr((each.entry_point, each.kwargs)) for each in spec.additional_wrappers)]
    return digest({"source": parts, "arguments": arguments}) if parts else None


def _sources(made_by: Any) -> Iterator[str]:
    """Of a class and those it inherits from, or of a function; without what comes with libraries."""
    for part in made_by.__mro__ if inspect.isclass(made_by) else (made_by,):
        module = getattr(part, "__module__", None) or ""
        if module.split(".")[0] in _LIBRARIES:
            continue
        where = sys.modules.get(module)
        try:
            yield inspect.getsource(part if where is None or module == "__main__" else where)
        except (OSError, TypeError):  # typed into a shell
            yield f"{module}:{getattr(part, '__qualname__', part)}"
