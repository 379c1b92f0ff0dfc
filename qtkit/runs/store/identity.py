"""What makes two runs the same: their task, settings and data, as one short hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from qtkit.generator.reading import FORMER_PROBABILITIES


def canonical(value: Any) -> bytes:
    """`value` as JSON of one spelling: sorted keys, no spaces.

    Raises:
        ValueError: for NaN and infinity.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of `canonical(value)`, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


YOUNGER = {"train_angles": True}
"""Settings that came after runs had been stored, and their defaults: these leave a run's key as it was."""

FORMER = {"probability": {now: before for before, now in FORMER_PROBABILITIES.items()}}
"""Values of settings that were called otherwise when runs had been stored: a run's key counts the name of then."""


def run_key(task: str, settings: Mapping[str, Any], data: str | None, aside: tuple[str, ...] = ()) -> str:
    """The name of a run: 16 hexadecimal digits that change with any setting but those `aside`, and with the data."""
    counted = {name: value for name, value in settings.items() if name not in aside}
    counted = {name: value for name, value in counted.items() if name not in YOUNGER or value != YOUNGER[name]}
    for name, former in FORMER.items():
        if name in counted:
            counted[name] = former.get(counted[name], counted[name])
    return digest({"task": task, "settings": counted, "data": data})[:16]


def sealed(value: Mapping[str, Any]) -> dict[str, Any]:
    """`value` with its own digest under `"seal"`, for `check_seal`."""
    return {**value, "seal": digest(value)}


def check_seal(value: Any, where: Any) -> dict[str, Any]:
    """`value` without its seal.

    Raises:
        ValueError: if the seal is missing or does not fit; `where` names the file.
    """
    if not isinstance(value, dict) or "seal" not in value:
        raise ValueError(f"{where} is damaged: it has no seal")
    rest = {name: item for name, item in value.items() if name != "seal"}
    if value["seal"] != digest(rest):
        raise ValueError(f"{where} is damaged or was edited: its content is not what its seal says")
    return rest
