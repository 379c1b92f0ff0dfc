"""Runs that need not be computed: of circuits that are equal whatever their angles, one is enough."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeVar

from qtkit.analysis.equality import equal_candidates
from qtkit.circuits.ansatz import CANDIDATES
from qtkit.tasks.protocols import Settings

SettingsT = TypeVar("SettingsT", bound=Settings)

_FIRST = {CANDIDATES[place]: CANDIDATES[group[0]] for group in equal_candidates() for place in group}


def leave_out_equals(settings: Iterable[SettingsT]) -> list[SettingsT]:
    """The runs without those of a single circuit that differ from an earlier one in nothing but an equal circuit.

    Their records would agree in every digit: configs 1, 3, 4 and 6 are one, and so are 9 and 12. Figures and tables
    take the one for all. Where gates err none is left out: circuits that are equal may have different gates.
    """
    kept: dict[str, SettingsT] = {}
    for number, each in enumerate(settings):
        circuits = each.ansatze
        key = str(number)
        if len(circuits) == 1 and circuits[0] in _FIRST and not getattr(each, "noise", 0):
            others = {name: value for name, value in each.to_dict().items() if name != "candidates"}
            key = json.dumps([type(each).__name__, others, _FIRST[circuits[0]].config], sort_keys=True)
        kept.setdefault(key, each)
    return list(kept.values())
