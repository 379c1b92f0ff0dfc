"""Names of circuits, models and settings, the same in tables, plots, panels and on the command line."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qtkit.circuits.ansatz import Ansatz
    from qtkit.tasks.protocols import Settings

OURS = "DiffQAS"
"""The search over all twelve circuits; the paper prints it as "Ours"."""

BASELINES = tuple(f"Config {k}" for k in range(1, 13))
"""The circuits of Table I, each alone."""

PAPER_MODELS = (OURS, *BASELINES)
"""The thirteen of Table II and of all its figures."""

MAPPING, CLASSICAL = "Mapping alone", "Classical"
CONTROLS = (CLASSICAL, MAPPING)
"""Beside the paper's thirteen models: the network itself, and the mapping without a circuit."""

RIVALS = {
    "fourier": "Fourier",
    "subspace": "Subspace",
    "random": "Random P",
    "hashed": "Hashed",
    "small": "Small network",
}
"""Models without a circuit that train as many numbers as the search, and their labels."""

MODELS = {"mapping": MAPPING, "classical": CLASSICAL, **RIVALS}
"""The settings' models that have no circuit, and their labels."""


def counted(count: int, thing: str) -> str:
    """How many there are, such as `"1 layer"` or `"1,781 weights"`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def candidate_name(ansatz: Ansatz, candidates: Sequence[Ansatz] = ()) -> str:
    """A candidate's short name: its number in Table I; one's own are A to Z, AA, AB, ... by their order."""
    if ansatz.config:
        return str(ansatz.config)
    own = [other for other in candidates if not other.config]
    return _letters(own.index(ansatz) if ansatz in own else 0)


def _letters(place: int) -> str:
    """As spreadsheets name their columns, from 0."""
    above, last = divmod(place, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + last)


def model_label(settings: Settings) -> str:
    """`"DiffQAS"` for the search over all twelve circuits, `"DiffQAS 2,5,7-8"` for some, `"Config 7"` for one.

    One of one's own is called by its gates, `"H, CZ ring, U3"`: alone it has no place among others.
    """
    if settings.model in MODELS:
        return MODELS[settings.model]
    if len(settings.ansatze) == 1:
        alone = settings.ansatze[0]
        return f"Config {alone.config}" if alone.config else alone.label
    if [ansatz.config for ansatz in settings.ansatze] == list(range(1, len(BASELINES) + 1)):
        return OURS
    return f"{OURS} {candidates_label(settings)}"


def candidates_label(settings: Settings) -> str:
    """The circuits searched over, such as `1-12` or `2,5,7-8`; circuits of one's own are A, B, ...; else empty."""
    if settings.model in MODELS:
        return ""
    return ranges(candidate_name(ansatz, settings.ansatze) for ansatz in settings.ansatze)


def ranges(names: Iterable[str]) -> str:
    """Names joined by commas, three or more whole numbers in a row as `first-last`."""
    groups: list[list[str]] = []
    for name in names:
        if groups and name.isdigit() and groups[-1][-1].isdigit() and int(name) == int(groups[-1][-1]) + 1:
            groups[-1].append(name)
        else:
            groups.append([name])
    return ",".join(f"{group[0]}-{group[-1]}" if len(group) > 2 else ",".join(group) for group in groups)


@functools.cache
def usual_values(kind: type[Settings]) -> Mapping[str, Any]:
    """The defaults of settings of a kind, as plain values: thousands of runs are compared with them."""
    return MappingProxyType(kind().to_dict())


def unusual(settings: Settings, aside: Iterable[str] = ()) -> str:
    """The settings that are not the defaults, as on the command line; `aside` and what names show anyway left out."""
    usual, hidden = usual_values(type(settings)), {*aside, "model", "candidates", "seed"}
    words = []
    for name, value in settings.to_dict().items():
        if name in hidden or value == usual[name]:
            continue
        value = ",".join(map(str, value)) if isinstance(value, list) else value
        words.append(f"{name}={value}")
    return " ".join(words)
