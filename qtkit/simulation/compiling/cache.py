"""`KernelCache`: compiled kernels on disk, read wherever they are, written where that is possible.

Numba's own cache is read only where it may be written, knows one processor only, and does not notice a change in a file
that a kernel's file imports. This one looks in all of

1. the folder that the environment's `QTKIT_KERNELS` names, as `qtkit warmup --to FOLDER` fills it,
2. the one that `NUMBA_CACHE_DIR` names; if it can be written, it is the last,
3. `__pycache__` beside the kernel's file,
4. Numba's folder of this user,

takes what was compiled for this very processor, or else for a kind that it belongs to (see `targets`), and keeps what
has to be compiled in the first folder that can be written. What is in these folders is run: they must be as safe from
others as the package itself.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from numba.core import compiler, config, event
from numba.core.caching import IndexDataCacheFile
from numba.core.registry import cpu_target
from numba.core.serialize import dumps
from numba.misc.appdirs import AppDirs

from qtkit.simulation.compiling.targets import portable_targets

ENVIRONMENT = "QTKIT_KERNELS"
"""The variable that names a folder of compiled kernels."""


class KernelCache:
    """What one function was compiled to, for each kind of arguments; it stands where Numba has a cache of its own.

    Arguments:
        function: in Python.

    Raises:
        OSError: if its source cannot be read: then nothing tells whether what is on disk belongs to it.
    """

    only: ClassVar[Path | None] = None
    """The folder that all functions use and no other, while it is filled."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        source = Path(function.__code__.co_filename)
        name = f"{source.stem}.{function.__qualname__}".replace("<", "").replace(">", "")
        self._base = f"{name}.{sys.implementation.cache_tag}"
        self._stamp = _stamp(source)
        self._beside = source.parent / "__pycache__"
        self._own = f"{function.__module__}-{self._stamp[:12]}"  # a folder that no other version of the source has

    @property
    def folders(self) -> list[Path]:
        """Where it is looked for, in this order."""
        if self.only is not None:
            return [self.only / self._own]
        named = [Path(name).expanduser() / self._own for name in (os.environ.get(ENVIRONMENT), _of_numba()) if name]
        if _of_numba() and _can_write(named[-1]):
            return named  # as in Numba
        return [*named, self._beside, Path(AppDirs("numba", appauthor=False).user_cache_dir) / self._own]

    @property
    def cache_path(self) -> str | None:
        """Where it is kept, None if nowhere; Numba tells it among a function's `stats`."""
        folder = next(filter(_can_write, self.folders), None)
        return None if folder is None else str(folder)

    def is_filled(self) -> bool:
        """Whether there is anything that was compiled from the present source and runs here."""
        context = cpu_target.target_context
        context.refresh()
        processors = _processors(context)
        found = (key for folder in self.folders for key in _keys(self._file(folder)) or ())
        return any(processor in processors for _, processor, *_ in found)

    def load_overload(self, signature: Any, context: Any) -> Any:
        """What was compiled for this signature and a processor like this one; None if nothing was."""
        context.refresh()
        processors = _processors(context)
        if _UNDER_WAY.any:  # what is compiled now must not be made of parts for another processor
            del processors[1:]
        for processor in processors:
            for folder in self.folders:
                try:
                    stored = self._file(folder).load(self._key(signature, processor))
                    if stored is not None:
                        return compiler.CompileResult._rebuild(context, *stored)
                except Exception:  # a damaged file, whatever it makes pickle do, is one that is not there
                    continue
        return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep what was compiled, where that is possible; a warning, once in a process, where it is not."""
        if result.library.has_dynamic_globals or not all(each.can_cache for each in result.lifted):
            return
        if self.cache_path is None:
            _warn_of_no_place()
            return
        file, key = self._file(Path(self.cache_path)), self._key(signature, result.codegen.magic_tuple())
        try:
            if _keys(file) is None:
                file.flush()
            _save(file, key, result._reduce())
        except OSError as error:  # a full disk, say: the kernel works all the same
            warnings.warn(f"a compiled kernel could not be kept: {error}", RuntimeWarning, stacklevel=2)

    def flush(self) -> None:
        """Forget what is on disk, where that is possible."""
        for folder in filter(_can_write, self.folders):
            self._file(folder).flush()

    def _file(self, folder: Path) -> IndexDataCacheFile:
        return IndexDataCacheFile(str(folder), self._base, self._stamp)

    def _key(self, signature: Any, processor: tuple[str, ...]) -> tuple[Any, ...]:
        """Of one version: types of the arguments, processor, code, and the values it closes over."""
        cells = tuple(cell.cell_contents for cell in self._function.__closure__ or ())
        return signature, processor, _digest(self._function.__code__.co_code), _digest(dumps(cells) if cells else b"")


class _UnderWay(event.Listener):
    """How many functions are being compiled, one for another."""

    def __init__(self) -> None:
        self._count = 0

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return self._count > 0

    def on_start(self, event: Any) -> None:  # noqa: ARG002
        """Numba begins with one; it does so under a lock of its own."""
        self._count += 1

    def on_end(self, event: Any) -> None:  # noqa: ARG002
        """It has ended, well or not."""
        self._count -= 1


_UNDER_WAY = _UnderWay()
event.register("numba:compile", _UNDER_WAY)


def _of_numba() -> str:
    """The folder that `NUMBA_CACHE_DIR` names, or an empty text."""
    return str(getattr(config, "CACHE_DIR", ""))


def _processors(context: Any) -> list[tuple[str, ...]]:
    """Those whose code runs here, the best first: this one, or what Numba is told to compile for, and its kinds."""
    system, *own = context.codegen().magic_tuple()
    kinds = () if getattr(config, "CPU_NAME", None) else portable_targets()
    return [(system, *own), *((system, kind.name, kind.features) for kind in kinds if kind.runs_here())]


def _keys(file: IndexDataCacheFile) -> list[tuple[Any, ...]] | None:
    """Of what a file of a cache holds; None if it is damaged."""
    try:
        return list(file._load_index())
    except Exception:  # pickle raises what it likes
        return None


def _save(file: IndexDataCacheFile, key: tuple[Any, ...], data: Any) -> None:
    """Keep `data`, then lead `key` to it; what an older version of the source left is removed.

    Numba's own `save` numbers its parts: of two processes that compile at once, one for float32 and one for float64,
    both take the next number, and the index of one then leads to the code of the other, which crashes. Here parts are
    named by what they hold, and the loser's code is merely not found.
    """
    base = file._index_name.removesuffix(".nbi")
    name = f"{base}.{_digest(repr((file._source_stamp, key)).encode())[:16]}.nbc"
    file._save_data(name, data)
    overloads = {**file._load_index(), key: name}
    file._save_index(overloads)
    for path in Path(file._cache_path).glob(f"{base}.*.nbc"):
        if path.name not in overloads.values():
            with contextlib.suppress(OSError):  # another process may be at it
                path.unlink()


@functools.cache
def _can_write(folder: Path) -> bool:
    """Whether files can be made there; makes the folder if it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@functools.cache
def _warn_of_no_place() -> None:
    warnings.warn(
        "kernels are compiled anew in each process: there is no folder to keep them in that can be written; let "
        f"{ENVIRONMENT} name one",
        RuntimeWarning,
        stacklevel=2,
    )


@functools.cache
def _stamp(source: Path) -> str:
    """A digest of a file and of all of the package that it imports: what its functions are compiled from."""
    return _digest("".join(_digest(path.read_bytes()) for path in sorted(_sources(source))).encode())


def _sources(source: Path) -> set[Path]:
    found: set[Path] = set()
    waiting = [source]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path)
    return found


@functools.cache
def _imported(source: Path) -> tuple[Path, ...]:
    """The package's own modules that a file imports."""
    root, found = Path(__file__).parents[3], []
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == __package__.split(".")[0]:
            module = root.joinpath(*node.module.split("."))
            within = [module / f"{each.name}.py" for each in node.names]
            found += [path for path in (module.with_suffix(".py"), *within) if path.is_file()]
    return tuple(found)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
