"""Where a task of one's own is written, and how it is found again: `find_task`, `place_of`, `task_at`."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Hashable, MutableMapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from qtkit.seals import digest
from qtkit.tasks.own.known import KNOWN, AnyTask, Placed
from qtkit.tasks.own.settings import OwnSettings
from qtkit.tasks.stamps import file_stamp

if TYPE_CHECKING:
    from qtkit.tasks.own.task import Task

PartT = TypeVar("PartT", bound=Placed)

_FILES: dict[Path, tuple[Hashable, ModuleType]] = {}
"""What was read of files, and when they were changed."""


_MAIN = ("__main__", "__mp_main__")
"""What the script that runs is called, which no other process can import by that name."""


class Place(NamedTuple):
    """The name of a task, and its file or module."""

    task: str
    file: str | None


def read_place(text: str) -> Place:
    """`my_file.py:task` or `package.module:task` in its two parts.

    Raises:
        ValueError: for a text without a file or a name.
    """
    file, colon, name = text.rpartition(":")
    if not colon or not file or not name.isidentifier():
        raise ValueError(f"a task of one's own is named as FILE:NAME, such as my_file.py:task; got {text!r}")
    return Place(name, file)


def task_at(text: str) -> tuple[Task, Place]:
    """The task that is written at such a place.

    Raises:
        FileNotFoundError, ValueError: as `read_place` and `find_task` do.
    """
    place = read_place(text)
    return find_task(OwnSettings(task=place.task, file=place.file)), place


def find_task(settings: OwnSettings) -> Task:
    """The task that settings name. A file that has changed since is read anew.

    Raises:
        FileNotFoundError: if there is no such file or module.
        ValueError: if it cannot be read, if there is no such task, or if a notebook has made another one of this name
            since the settings were.
    """
    found = find_part("task", settings.task, settings.file, AnyTask, KNOWN, ", or give its data, data=task.load()")
    task = cast("Task", found)
    check_version("task", settings.task, settings.version, task.version)
    return task


def check_version(word: str, name: str, asked: str | None, found: str) -> None:
    """Check that what is called `name` now is what settings were made of; they may not tell.

    Raises:
        ValueError: if it is another one.
    """
    if asked not in (None, found):
        raise ValueError(
            f"{name} is another {word} now than when these settings were made of it: call its settings() anew. "
            f"{word.capitalize()}s that are made in a loop need a name each, {word.capitalize()}(..., name='wide'), "
            "and no variable that the next one takes"
        )


def stands_here(place: Place) -> bool:
    """Whether it stands in what runs here, a notebook or a script, which may give its name to another one."""
    return place.file is None or _main_file() == Path(place.file).absolute()


def find_part(
    word: str, name: str, file: str | None, kind: type[Placed], known: MutableMapping[str, PartT], else_: str = ""
) -> Placed:
    """What is called `name` in a file or module, or without one is `known` by it; raises as `find_task`.

    Arguments:
        word: what it is, such as `"task"`.
        kind: the base of what it must be.
        else_: what else helps where it is not known, for the error.
    """
    if file is None:
        if name not in known:
            others = f"known are {sorted(known)}" if known else "none is"
            raise ValueError(
                f"the {word} {name!r} stands in no file and is not known in this process ({others}): make it again and "
                f"call its settings(){else_}"
            )
        return known[name]
    module = _file_module(Path(file)) if file.endswith(".py") else _named_module(file)
    found_there = getattr(module, name, None)
    if not isinstance(found_there, kind):
        there = sorted(each for each, value in vars(module).items() if isinstance(value, kind))
        found = "there is none" if found_there is None else f"{name} is a {type(found_there).__name__}"
        raise ValueError(f"{file} has no {word} {name!r}: {found}; its {word}s are {there}")
    return found_there


def place_of(task: Task) -> Place:
    """Where `task` is written; one of a notebook is known by its name from then on.

    Raises:
        ValueError: if it has neither a variable nor a name.
    """
    return place_part("a task", task, task.name, KNOWN)


def place_part(word: str, part: PartT, called: str | None, known: MutableMapping[str, PartT]) -> Place:
    """Where `part` is written, such as `"a task"`; one of a notebook is `known` from then on, as it is `called` or by
    its variable; raises as `place_of`.
    """
    for path, (_, module) in _FILES.items():
        if name := _variable(module, part):
            return Place(name, os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path))
    for module_name, module in list(sys.modules.items()):
        if module_name not in _MAIN and (name := _variable(module, part)):
            return Place(name, module_name)
    main = sys.modules["__main__"]
    variable = _variable(main, part)
    if variable and (script := getattr(main, "__file__", None)):
        return Place(variable, str(script))
    name = called or variable
    if not name:
        raise ValueError(
            f"{word} that stands in no variable of a file or notebook needs a name: "
            f"{type(part).__name__}(..., name='mine')"
        )
    known[name] = part
    return Place(name, None)


def _variable(module: ModuleType, part: Placed) -> str | None:
    """The name that a module has for it."""
    names = vars(module) if isinstance(module, ModuleType) else {}
    return next((name for name, value in list(names.items()) if value is part and not name.startswith("_")), None)


def _named_module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise FileNotFoundError(
            f"there is no module {error.name!r}; a file is named with its ending, {name}.py"
        ) from error


def _main_file() -> Path | None:
    """The script that runs."""
    file = getattr(sys.modules["__main__"], "__file__", None)
    return Path(file).absolute() if file else None


def _file_module(file: Path) -> ModuleType:
    path = file.expanduser().absolute()
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {file} in {Path.cwd()}")
    if path == _main_file():  # read again, it would run again
        return sys.modules["__main__"]
    stamp = file_stamp(path)
    if path not in _FILES or _FILES[path][0] != stamp:
        _FILES[path] = stamp, _read(path)
    return _FILES[path][1]


def _read(path: Path) -> ModuleType:
    """A file, run as a module that finds the files beside it."""
    import cloudpickle

    name = f"qtkit_own_{path.stem}_{digest(str(path))[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module  # where dataclasses look for their module
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        if before is not None:
            sys.modules[name] = before
        else:
            del sys.modules[name]
        raise ValueError(f"{_line(error, path)} cannot be read ({type(error).__name__}: {error})") from error
    finally:
        sys.path.remove(str(path.parent))
    if before is not None:
        cloudpickle.unregister_pickle_by_value(before)
    cloudpickle.register_pickle_by_value(module)  # no other process knows it by name
    return module


def _line(error: Exception, path: Path) -> str:
    """The place in the file that an error came from."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    number = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    return f"{path}, line {number}," if number else str(path)
