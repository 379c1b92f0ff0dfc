"""The figure of an agent in training, from records made up for it."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from qtkit import CANDIDATES, Ansatz
from qtkit.plots.live.agent import AgentPicture, AgentState, moving_statistics

OWN = Ansatz(entangler=((0, 1),))


def rounds(n: int, n_weights: int = 12) -> list:
    def weights(up: int, step: int) -> tuple[float, ...]:
        return tuple(1 / 12 + 0.01 * step * (j == up) for j in range(n_weights))

    return [
        SimpleNamespace(
            step=4 * i, entropy=None if i == 0 else 2 / i, weights=weights(4, i), value_weights=weights(7, -i)
        )
        for i in range(n)
    ]


def trace(figure, name: str, candidates=CANDIDATES):
    return figure.data[AgentPicture(candidates).names.index(name)]


def test_moving_statistics_against_numpy() -> None:
    values = np.random.default_rng(0).random(57)
    places, mean, spread = moving_statistics(values, 10)
    assert places.tolist() == list(range(1, 58))
    for place, m, s in zip(places, mean, spread, strict=True):
        part = values[max(0, place - 10) : place]
        assert m == pytest.approx(part.mean()) and s == pytest.approx(part.std(), abs=1e-8)


def test_moving_statistics_of_few_of_many_and_of_none() -> None:
    places, mean, _ = moving_statistics(np.arange(5_000), 100, limit=300)
    assert len(places) == 300 and (places[0], places[-1]) == (1, 5_000)
    assert mean[-1] == pytest.approx(4_949.5)
    assert [len(each) for each in moving_statistics([], 100)] == [0, 0, 0]
    _, mean, spread = moving_statistics([0.955] * 1_000, 100)
    assert np.allclose(mean, 0.955) and np.all(spread < 1e-6), "no root of a negative number"
    with pytest.raises(ValueError, match="a window must hold at least one value, got 0"):
        moving_statistics([1.0], 0)


def test_an_empty_figure_has_all_traces_and_the_weights_a_run_will_start_from() -> None:
    figure = AgentPicture(CANDIDATES).figure(AgentState(CANDIDATES, expected=(1 / 12,) * 12))
    names = AgentPicture(CANDIDATES).names
    assert len(figure.data) == len(names) == len(set(names))
    for name in ("bars", "value bars"):
        assert trace(figure, name).y == pytest.approx([1 / 12] * 12)
    assert len(trace(figure, "return").x) == 0


def test_a_shortest_path_is_named_where_there_is_one() -> None:
    maze, pole = AgentState(CANDIDATES), AgentState(CANDIDATES, has_best=False)
    for state, told in ((maze, True), (pole, False)):
        headings = " ".join(note.text for note in AgentPicture.of(state).figure(state).layout.annotations)
        assert ("shortest path" in headings) == told
    assert AgentPicture.of(maze).fits(maze) and not AgentPicture.of(maze).fits(pole)


def test_policy_and_value_stand_apart() -> None:
    state = AgentState(CANDIDATES, rounds(6), [0.0, 1.0, 0.5], best=0.955)
    figure = AgentPicture.of(state).figure(state)
    assert trace(figure, "bars").y[4] == pytest.approx(1 / 12 + 0.05)
    assert trace(figure, "value bars").y[7] == pytest.approx(1 / 12 - 0.05)
    assert trace(figure, "bars").y[7] == trace(figure, "value bars").y[4] == pytest.approx(1 / 12)
    assert trace(figure, "line 4").y[-1] == trace(figure, "bars").y[4]
    assert trace(figure, "value line 7").y[-1] == trace(figure, "value bars").y[7]
    assert trace(figure, "bars").yaxis == "y3" and trace(figure, "value bars").yaxis == "y5"
    assert figure.layout.yaxis5.range[0] <= 1 / 12 - 0.05
    assert trace(figure, "return").y.tolist() == pytest.approx([0, 0.5, 0.5])
    assert trace(figure, "above").y[1] == pytest.approx(1.0) and trace(figure, "below").y[1] == pytest.approx(0.0)
    assert trace(figure, "best").y == (0.955, 0.955)
    assert trace(figure, "entropy").y[:2].tolist() == pytest.approx([2, 1.5])
    assert trace(figure, "entropy").x[0] == 4, "the start has none"


def test_parts_of_the_data_and_others_places() -> None:
    state = AgentState(CANDIDATES[:2], rounds(3, 2))
    picture = AgentPicture((*CANDIDATES, OWN))
    assert picture.fits(state) and not AgentPicture.of(state).fits(AgentState((OWN,)))
    assert set(picture.data(state, ("bars",))) == {"bars", "start", "value bars", "value start"}
    assert picture.data(state, ("generated",)) == {}
    data = picture.data(state)
    assert set(data) == set(picture.names)
    assert data["bars"]["y"][2:] == [None] * 11


def test_a_model_without_circuits() -> None:
    figure = AgentPicture().figure(AgentState((), rounds(3, 1), [0.3]))
    assert all(height is None for height in trace(figure, "value bars").y)
    assert len(trace(figure, "return").y) == 1


def test_long_runs_are_thinned() -> None:
    state = AgentState(CANDIDATES, rounds(3_000), np.random.default_rng(0).random(50_000), window=1_000)
    lengths = [len(data["x"]) for data in AgentPicture().data(state).values() if "x" in data]
    assert max(lengths) <= 1_000


@pytest.mark.parametrize(
    ("returns", "low", "high"), [([], 0, 1), ([0.0, 1.0], 0, 1), ([-5.0, -4.0], -5, 0), ([math.pi] * 3, 0, math.pi)]
)
def test_the_axis_holds_the_returns(returns, low, high) -> None:
    bottom, top = AgentPicture().ranges(AgentState(CANDIDATES, returns=returns))["yaxis_range"]
    assert bottom <= low and high <= top
