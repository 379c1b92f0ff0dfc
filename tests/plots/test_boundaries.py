from __future__ import annotations

import pytest
import torch

from qtkit.plots.boundaries import draw_boundaries

POINTS, CLASSES = torch.tensor([[0.0, 0.0], [1.0, 2.0], [0.5, 1.0]]), torch.tensor([[0.0], [1.0], [1.0]])


def right_half(points: torch.Tensor) -> torch.Tensor:
    return 10 * (points[:, :1] - 0.5)


def test_a_map_each_with_the_line_where_the_network_changes_its_mind() -> None:
    figure = draw_boundaries({"before": lambda at: -right_half(at), "after": right_half}, POINTS, CLASSES)
    assert [note.text for note in figure.layout.annotations] == ["before", "after"]
    maps = [trace for trace in figure.data if trace.type == "heatmap"]
    assert [trace.xaxis for trace in maps] == ["x", "x2"]
    before, after = (trace.z for trace in maps)
    assert after.shape == (60, 60)
    assert (after[:, 0] < 0.01).all() and (after[:, -1] > 0.99).all(), "x runs along a row"
    assert abs(before + after - 1).max() < 2e-3
    assert {trace.contours.start for trace in figure.data if trace.type == "contour"} == {0.5}


def test_points_stand_on_every_map_by_their_class() -> None:
    figure = draw_boundaries({"one": right_half}, POINTS, CLASSES.reshape(-1))
    zero, one = (trace for trace in figure.data if trace.type == "scatter")
    assert list(zero.x) == [0.0] and list(one.x) == [1.0, 0.5]
    assert zero.marker.symbol != one.marker.symbol


@pytest.mark.parametrize(
    ("networks", "points", "told"),
    [
        ({}, POINTS, "at least one network"),
        ({"one": right_half}, POINTS[:, :1], r"points \(B, 2\) and as many classes are expected, got \(3, 1\)"),
        ({"one": right_half}, POINTS[:2], r"got \(2, 2\) and \(3, 1\)"),
    ],
)
def test_other_shapes_are_refused(networks, points, told) -> None:
    with pytest.raises(ValueError, match=told):
        draw_boundaries(networks, points, CLASSES)
