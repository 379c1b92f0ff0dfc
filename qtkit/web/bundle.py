"""`bundle`: a panel's scripts as one ES module, its style sheets as one: no build step, no node, no network.

anywidget takes a module as one string, in which a relative import finds nothing, and so does a page. So the files
import each other as any ES modules do, for editors, type checkers and linters to follow, and are put together here when
a panel is imported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# Whole lines: `import { a, b } from "../parts/x.js";` of a module, `@import "../parts/x.css";` of a style sheet.
_IMPORT = {
    ".js": re.compile(r'^import \{(?P<names>[^}]*)\} from "(?P<path>[^"]*)";\n', re.MULTILINE),
    ".css": re.compile(r'^@(?P<names>)import "(?P<path>[^"]*)";\n', re.MULTILINE),
}
_OTHER_IMPORT = re.compile(r"^@?import\b.*", re.MULTILINE)
_DECLARATION = r"(?:async )?(?:function\*?|class|const|let|var) +"
_DECLARED = re.compile(rf"^(?P<exported>export )?{_DECLARATION}(?P<name>[\w$]+|.)", re.MULTILINE)
_EXPORTED = re.compile(rf"^export (?={_DECLARATION})", re.MULTILINE)
_OTHER_EXPORT = re.compile(r"^export\b.*", re.MULTILINE)


@dataclass(frozen=True)
class _File:
    path: Path
    imports: list[tuple[Path, list[str]]]  # files, and the names taken from each
    declared: dict[str, bool]  # names of the top level, and whether they are exported
    text: str  # without its imports


def bundle(entry: Path) -> str:
    """The file `entry` after all that it imports, each file once, dependencies first; only `entry` still exports.

    Names stay as they are, so that what the browser shows is what was written: a module declares one name a statement,
    at the start of a line, and no other module of the bundle declares it.

    Arguments:
        entry: a `.js` or a `.css` file.

    Raises:
        FileNotFoundError: if a file is missing; the message names it and the file that imports it.
        ValueError: naming the files, for a name that two modules declare or that is imported and not exported, for
            imports in a circle, and for imports and exports of other forms, such as of anything but relative files.
    """
    files: dict[Path, _File] = {}
    _collect(entry.resolve(), (), files)
    _refuse_clashes(files)
    *before, last = files.values()
    return "\n".join([*(_without_exports(file) for file in before), last.text])


def page_script(entry: Path) -> str:
    """The bundle of a file that exports nothing, for a page's `<script>`: none of its names become the page's.

    Raises:
        FileNotFoundError: as `bundle` does.
        ValueError: as `bundle` does, and for a file that exports something.
    """
    text = bundle(entry)
    if found := _OTHER_EXPORT.search(text):
        raise ValueError(f"{_short(entry)}: a page's script cannot say {found[0]!r}")
    return f"(() => {{\n{text}}})();\n"


def _collect(path: Path, importers: tuple[Path, ...], files: dict[Path, _File]) -> None:
    """Add to `files` what `path` imports and then `path`, unless it is there."""
    if path in importers:
        circle = [*importers[importers.index(path) :], path]
        raise ValueError(f"imports in a circle: {' → '.join(map(_short, circle))}")
    if path in files:
        return
    if importers and not path.is_file():
        raise FileNotFoundError(f"{_short(importers[-1])} imports {_short(path)}, which is not there")
    file = _read(path)
    for imported, names in file.imports:
        _collect(imported, (*importers, path), files)
        for name in names:
            if not files[imported].declared.get(name):
                raise ValueError(f"{_short(path)} imports {name!r}, which {_short(imported)} does not export")
    files[path] = file


def _read(path: Path) -> _File:
    text = path.read_text(encoding="utf-8")
    pattern = _IMPORT[path.suffix]
    imports = []
    for found in pattern.finditer(text):
        if not found["path"].startswith(("./", "../")):
            raise ValueError(f"{_short(path)} imports {found['path']!r}: only relative files can be bundled")
        names = [name.strip() for name in found["names"].split(",") if name.strip()]
        imports.append(((path.parent / found["path"]).resolve(), names))
    rest = pattern.sub("", text)
    if other := _OTHER_IMPORT.search(rest):
        raise ValueError(f"{_short(path)}: the bundle cannot follow {other[0]!r}")
    scripts = _DECLARED.finditer(rest) if path.suffix == ".js" else ()
    return _File(path, imports, {found["name"]: found["exported"] is not None for found in scripts}, rest.lstrip("\n"))


def _refuse_clashes(files: dict[Path, _File]) -> None:
    owner: dict[str, Path] = {}
    for file in files.values():
        for name in file.declared:
            if name in "{[":
                raise ValueError(f"{_short(file.path)} takes a value apart at its top level: declare names one by one")
            if name in owner:
                raise ValueError(f"{_short(owner[name])} and {_short(file.path)} both declare {name!r}")
            owner[name] = file.path


def _without_exports(file: _File) -> str:
    text = _EXPORTED.sub("", file.text)
    if other := _OTHER_EXPORT.search(text):
        raise ValueError(f"{_short(file.path)}: only the entry of a bundle can say {other[0]!r}")
    return text


def _short(path: Path) -> str:
    """The file with its folder: enough to find it by."""
    return "/".join(path.parts[-2:])
