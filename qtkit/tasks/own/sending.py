"""What is one's own on its way to another process, such as a sweep's worker, which cannot look into a notebook."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from qtkit.tasks.own.known import Placed

if TYPE_CHECKING:
    from qtkit.tasks.agents.settings import AgentSettings
    from qtkit.tasks.own.settings import OwnSettings

PartT = TypeVar("PartT", bound=Placed)


def pack_part(part: Any) -> bytes:
    """All fields of a `Task` or an `Agent`: functions of a notebook or of a file go as a whole, all others by name.

    Raises:
        ValueError: if what one of them holds cannot be sent.
    """
    import cloudpickle

    try:
        sent: bytes = cloudpickle.dumps({each.name: getattr(part, each.name) for each in dataclasses.fields(part)})
    except Exception as error:  # of what a part holds, such as a lock
        raise ValueError(f"{part!r} cannot be sent to another process ({type(error).__name__}: {error})") from error
    return sent


def unpack_part(kind: type[PartT], sent: bytes, known: Mapping[str, str]) -> PartT:
    """What `pack_part` packed.

    Arguments:
        known: what would be found out of its source, which is not here, such as `code`.
    """
    import pickle

    part = kind(**pickle.loads(sent))
    vars(part).update(known)
    return part


def reduce_settings(
    settings: AgentSettings | OwnSettings,
    name: str | None,
    known: Mapping[str, PartT],
    remember: Callable[[str, PartT], None],
) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """For `__reduce__`: the settings, and with them the part that they name, if it stands in no file.

    Arguments:
        name: of the part.
        known: parts that stand in no file, by name.
        remember: lets one be known in the other process.
    """
    values = {**settings.to_dict(), "version": settings.version}
    part = None if settings.file else known.get(name or "")
    return _received, (type(settings), values, name, part, remember)


def _received(
    kind: type[AgentSettings | OwnSettings],
    values: Mapping[str, Any],
    name: str,
    part: PartT | None,
    remember: Callable[[str, PartT], None],
) -> AgentSettings | OwnSettings:
    if part is not None:
        remember(name, part)
    return kind.from_dict(values)


def checked_file(file: Any) -> str | None:
    """A Python file or a module's name as text; None stays None.

    Raises:
        ValueError: for anything else.
    """
    if file is None:
        return None
    if not isinstance(file, str | os.PathLike) or not os.fspath(file):
        raise ValueError(f"file must be a Python file, a module's name or None, got {file!r}")
    return os.fsdecode(file)


def without_version(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as plain values without `version`, which is neither stored nor written."""
    return {name: value for name, value in values.items() if name != "version"}
