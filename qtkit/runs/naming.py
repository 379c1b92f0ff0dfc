"""Short names: of a run's model, of its experiment, and of what is unusual in its settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.records import candidate_name

MODELS = {"mapping": "Mapping alone", "classical": "Classical"}


def model_label(settings: Any) -> str:
    """`"DiffQAS"` for the search over all twelve circuits, `"Config 7"` for one, `"DiffQAS 2,5,7-8"` for some."""
    if settings.model in MODELS:
        return MODELS[settings.model]
    if len(settings.ansatze) == 1:
        return f"Config {candidate_name(settings.ansatze[0], settings.ansatze)}"
    if settings.ansatze == CANDIDATES:
        return "DiffQAS"
    return f"DiffQAS {candidates_label(settings)}"


def candidates_label(settings: Any) -> str:
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


def unusual(settings: Any, aside: Iterable[str] = ()) -> str:
    """The settings that are not the defaults, as on the command line; `aside` and what names show anyway left out."""
    usual, hidden = type(settings)().to_dict(), {*aside, "model", "candidates", "seed"}
    words = []
    for name, value in settings.to_dict().items():
        if name in hidden or value == usual[name]:
            continue
        value = ",".join(map(str, value)) if isinstance(value, list) else value
        words.append(f"{name}={value}")
    return " ".join(words)
