from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, QuantumTrain
from qtkit.plots.concepts import ensemble_bars, mapping_bars


def model(**options: object) -> QuantumTrain:
    start = torch.Generator().manual_seed(0)
    return QuantumTrain(nn.Linear(4, 3), 2, angle_init="uniform", generator=start, **options)


def test_bars_are_probabilities_and_weights():
    alone = model(candidates=[CANDIDATES[4]])
    upper, lower = mapping_bars(alone).data
    assert np.allclose(upper.y, alone.search().detach(), atol=1e-6) and np.allclose(
        lower.y, alone.weights().detach(), atol=1e-6
    )
    assert len(upper.x) == 16 and len(lower.x) == 15
    assert upper.x[-1] == "1111" and upper.marker.color[-1] != upper.marker.color[0]


def test_each_candidate_has_its_factors_name_and_the_sum_is_theirs():
    whole = model()
    *own, mixed, kappa = ensemble_bars(whole).data
    assert [trace.legendgroup for trace in own] == [f"Config {k}" for k in range(1, 13)]
    assert np.allclose(np.mean([trace.y for trace in own], axis=0), mixed.y, atol=1e-5), (
        "all weights are alike at first"
    )
    assert np.allclose(kappa.y, whole.weights().detach(), atol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_rows_that_are_not_full(count):
    figure = ensemble_bars(model(candidates=CANDIDATES[:count]))
    assert len(figure.data) == count + 2
    titles = [note.text for note in figure.layout.annotations]
    assert titles[-2:] == ["Σ wⱼ Pⱼ(i)", "κ = mapping(bits, sum): 15 weights"]
