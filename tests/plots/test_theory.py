"""The still figures of the theory notebooks: what stands in them, read back from matplotlib."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import qtkit
from qtkit.plots.theory import draw_compression, draw_distributions, draw_ensemble


def model(**options):
    generator = torch.Generator().manual_seed(0)
    return qtkit.QuantumTrain(nn.Linear(4, 3), depth=2, angle_init="uniform", generator=generator, **options)


def heights(axes):
    return [bar.get_height() for bar in axes.patches]


def test_the_ensemble_shows_twelve_circuits_their_sum_and_the_weights():
    searched = model()
    figure = draw_ensemble(searched)
    assert len(figure.axes) == 14
    own = searched.search.candidate_probabilities().detach().numpy()
    for axes, values, k in zip(figure.axes, own, range(1, 13), strict=False):
        assert np.allclose(heights(axes), values)
        assert axes.get_title(loc="left") == f"0.083 × config {k}"
    assert np.allclose(heights(figure.axes[12]), searched.search().detach())
    assert np.allclose(heights(figure.axes[13]), searched.weights().detach())
    texts = [text.get_text() for text in figure.texts]
    assert any("one Θ for all" in text for text in texts)
    assert "Θ\n2 × 4" in texts


def test_the_ensemble_with_separate_angles_and_an_own_circuit():
    figure = draw_ensemble(model(shared_angles=False, candidates=[qtkit.CANDIDATES[4], qtkit.Ansatz(True, ((1, 0),))]))
    assert any("a Θ for each" in text.get_text() for text in figure.texts)
    assert figure.axes[1].get_title(loc="left") == "0.500 × config –"


def test_stacked_blocks_have_no_such_figure():
    with pytest.raises(ValueError, match="no distribution of their own"):
        draw_ensemble(model(n_blocks=2))


def test_distributions_below_each_other():
    figure = draw_distributions({"a": [0.5, 0.5], "b": [1.0, 0.0]})
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a", "b"]
    assert heights(figure.axes[1]) == [1.0, 0.0]
    assert {axes.get_ylabel() for axes in figure.axes} == {"P(i)"}


@pytest.mark.slow
def test_compression_has_the_papers_networks():
    (axes,) = draw_compression(depth=10).axes
    dots = {tuple(float(v[0]) for v in line.get_data()) for line in axes.lines if line.get_marker() == "o"}
    assert dots == {(108_866, 286), (1_781, 135), (6_023, 157), (5_825, 157)}
