"""In the process of a submission: qtkit's own solutions, out of reach."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import qtkit
from qtkit.grading.forbidden import HIDDEN

_PACKAGE = str(Path(qtkit.__file__).parent)


class NotAllowed(Exception):  # noqa: N818  it says what happened
    """A submission called what its exercise forbids."""


class Guard:
    """Stands before functions of qtkit that an exercise forbids, as soon as their module is imported.

    qtkit itself may call them: an answer that simulates a circuit needs what it does not call. The record of what was
    called is for honest students: code that means to cheat can copy qtkit's source as well.

    Arguments:
        names: all functions that any exercise forbids, by their module.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._places: dict[str, list[str]] = {}
        for name in names:
            module, _, function = name.rpartition(".")
            self._places.setdefault(module, []).append(function)
        self._forbidden: frozenset[str] = frozenset()
        self.called: set[str] = set()

    def begin(self, forbidden: Iterable[str]) -> None:
        """Forbid these from now on, and forget what was called."""
        self._forbidden = frozenset(forbidden)
        self.called = set()

    def install(self) -> None:
        """See to all imports from now on.

        Raises:
            RuntimeError: if a module to be guarded is there already.
        """
        if early := sorted(name for name in self._places if name in sys.modules):
            raise RuntimeError(f"imported before it could be guarded: {', '.join(early)}")
        sys.meta_path.insert(0, _Finder(self))

    def places(self, module: str) -> Sequence[str]:
        """The names to guard in a module."""
        return self._places.get(module, ())

    def refuse(self, name: str) -> None:
        """Note that a submission reached for `name`.

        Raises:
            NotAllowed: always.
        """
        self.called.add(name)
        raise NotAllowed(f"{name} is out of reach in this exercise")

    def stand_before(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        """`function`, but that a submission's own code may not call it."""

        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if name in self._forbidden and not sys._getframe(1).f_code.co_filename.startswith(_PACKAGE):
                self.refuse(name)
            return function(*args, **kwargs)

        del guarded.__wrapped__  # a way round it
        return guarded


class _Finder(PathFinder):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def find_spec(  # type: ignore[override]  # importlib's own is a class method; this one knows its guard
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in HIDDEN[:1]:
            return ModuleSpec(fullname, _StandIn(), is_package=True)
        if any(fullname == name or fullname.startswith(f"{name}.") for name in HIDDEN):
            self._guard.refuse(fullname)
        if not self._guard.places(fullname):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Guarding(self._guard, spec.loader.name, spec.loader.path)
        return spec


class _Guarding(SourceFileLoader):
    def __init__(self, guard: Guard, name: str, path: str) -> None:
        super().__init__(name, path)
        self._guard = guard

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        for name in self._guard.places(module.__name__):
            where = f"{module.__name__}.{name}"
            found = getattr(module, name)
            if isinstance(found, type):  # it must stay a class, but cannot be made
                start = vars(found).get("__init__", object.__init__)
                setattr(found, "__init__", self._guard.stand_before(start, where))  # noqa: B010  mypy's: it is unsound
            else:
                setattr(module, name, self._guard.stand_before(found, where))


class _StandIn(Loader):
    """Makes an empty `qtkit.labs`, whose names all do nothing: notebooks import it, and answers do not need it."""

    def create_module(self, spec: ModuleSpec) -> None:
        """None: an ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill it."""

        def ignore(*args: object, **kwargs: object) -> None:
            del args, kwargs

        def find(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return ignore

        module.__getattr__ = find  # type: ignore[method-assign]  # a module's own, PEP 562
