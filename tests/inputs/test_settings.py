"""Settings as people bring them: what is stored of them is all there is to them, or they are refused.

A row of `STORED` comes back the same from a stored run, a row of `REFUSED` would come back as something else.
"""

from __future__ import annotations

import dataclasses
import enum
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qtkit import CANDIDATES, Ansatz
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining
from qtkit.tasks.images import ImageSettings, ImageTraining
from qtkit.tasks.registry import task_of
from qtkit.tasks.series import SeriesSettings, SeriesTraining
from qtkit.tasks.settings import RunSettings

KINDS = [ImageSettings, SeriesSettings, GridworldSettings]
TRAININGS = [ImageTraining, SeriesTraining, GridworldTraining]


class Model(enum.StrEnum):
    MAPPING = "mapping"


class Folder:
    """A path of bytes, as the file system has them."""

    def __fspath__(self) -> bytes:
        return b"/data"


STORED: dict[str, RunSettings] = {
    "circuits of one's own": RunSettings(candidates=(Ansatz(True, ((0, 2), (1, 0)), ("rx", "rz")), 3)),
    "candidates as a list": RunSettings(candidates=[CANDIDATES[3], 1]),
    "candidates of NumPy": RunSettings(candidates=np.array([2, 5])),
    "whole numbers of other libraries": RunSettings(depth=np.int64(2), seed=torch.tensor(3)),
    "numbers of other libraries": RunSettings(learning_rate=np.float32(0.5), mapping_scale=Fraction(1, 4)),
    "a choice as an enumeration": RunSettings(model=Model.MAPPING),
    "a choice of NumPy": RunSettings(bits=np.str_("pm1")),
    "a device": RunSettings(device=torch.device("cuda", 1)),
    "a path": ImageSettings(data_dir=Path("data")),
    "a path of another system": ImageSettings(data_dir=PurePosixPath("/data")),
    "a path of bytes": ImageSettings(data_dir=Folder()),
    "classes of NumPy": ImageSettings(classes=[np.int64(3), 4]),
    "a file": SeriesSettings(dataset="own", file=Folder(), column=np.str_("x")),
    "an environment": GridworldSettings(environment=np.str_("BabyAI-GoToObj-v0"), discount=1),
}


@pytest.mark.parametrize("kind", STORED)
def test_settings_come_back_as_they_are(kind: str) -> None:
    check_comes_back(STORED[kind])


def check_comes_back(settings: RunSettings) -> None:
    stored = json.loads(json.dumps(settings.to_dict()))
    again = type(settings).from_dict(stored)
    assert again == settings
    assert json.dumps(again.to_dict()) == json.dumps(settings.to_dict()), "the key of a run is made of it"
    assert again.ansatze == settings.ansatze
    for value in settings.to_dict().values():
        assert type(value) in (str, int, float, bool, list, type(None))


@given(data=st.data(), kind=st.sampled_from(KINDS))
def test_settings_built_at_random_come_back(data: st.DataObject, kind: type[RunSettings]) -> None:
    wires = st.integers(0, 3)
    cnots = st.lists(st.tuples(wires, wires).filter(lambda pair: pair[0] != pair[1]), max_size=4)
    words = st.sampled_from(["ent", "cyc", "brick", "ring"])
    rotations = st.lists(st.sampled_from(["rx", "RY", "rz"]), min_size=1, max_size=3)
    own = st.builds(Ansatz, st.booleans(), cnots | words, rotations)
    chosen: dict[str, Any] = {name: st.sampled_from(values) for name, values in kind.choices.items()}
    chosen.pop("dataset", None)
    chosen.pop("run_as", None)
    chosen |= {"depth": st.integers(0, 9), "learning_rate": st.floats(1e-9, 9), "centre": st.booleans()}
    changes = data.draw(st.fixed_dictionaries({}, optional=chosen))
    if "hidden_activation" in changes:
        changes["mapping_hidden"] = (4,)  # without any it would have no effect
    if "narma_windows" in changes:
        changes["dataset"] = "narma5"
    candidates = data.draw(st.lists(st.integers(1, 12) | own, min_size=1, max_size=4))
    circuits = [CANDIDATES[each - 1] if isinstance(each, int) else each for each in candidates]
    candidates = [each for k, each in enumerate(candidates) if circuits[k] not in circuits[:k]]
    check_comes_back(kind(candidates=candidates, **changes))


# What would come back as something else


class Star(Ansatz):
    """All CNOTs from the first wire."""

    def cnots(self, n_qubits: int) -> tuple[tuple[int, int], ...]:
        return tuple((0, k) for k in range(1, n_qubits))


@dataclasses.dataclass(frozen=True)
class WithDecay(Ansatz):
    decay: float = 0.1


@dataclasses.dataclass(frozen=True)
class Gentle(GridworldSettings):
    """Another optimiser, which nothing tells that is stored."""

    @property
    def optimiser_options(self) -> dict[str, Any]:
        return {"betas": (0.5, 0.5)}


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a circuit with rules of its own": (
        lambda: ImageSettings(candidates=(1, Star())),
        "Star may be another circuit than these tell: use Ansatz itself, with the CNOTs as a tuple of pairs",
    ),
    "a circuit with more to it": (lambda: RunSettings(candidates=[WithDecay()]), "WithDecay may be another circuit"),
    "settings of one's own": (lambda: GridworldTraining(Gentle()), "must be GridworldSettings themselves, got Gentle"),
    "settings of one's own as a run": (lambda: task_of(Gentle()), "Gentle are the settings of no task"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_stored_is_refused(kind: str) -> None:
    make, message = REFUSED[kind]
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("training", TRAININGS)
@pytest.mark.parametrize("kind", KINDS)
def test_settings_of_another_task_are_refused(kind: type[RunSettings], training: Any) -> None:
    if training.settings_class is not kind:
        message = f"must be {training.settings_class.__name__} themselves, got {kind.__name__}"
        with pytest.raises(ValueError, match=message):
            training(kind())
