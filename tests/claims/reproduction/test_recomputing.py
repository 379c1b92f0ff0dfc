"""The runs behind an item, and what they would take."""

from __future__ import annotations

from pathlib import Path

import pytest

from qtkit.claims.reproduction import ITEMS, Paces, describe_scale, settings_of
from qtkit.runs.sweeps.paper_plans import FIGURE_EPOCHS
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.readings import HEARD, SEEING, WRITTEN
from tests.claims.shipped import accuracies, ship


def test_a_figure_has_the_runs_of_its_data_set() -> None:
    runs = settings_of(ITEMS["fig6"], HEARD)
    assert len(runs) == 6 * 11 and {each.classes for each in runs} == {(1, 5)}
    assert {(each.dataset, each.probability, each.epochs, each.scale) for each in runs} == {
        ("fashion", "scaled", FIGURE_EPOCHS, "paper")
    }
    assert {each.environment for each in settings_of(ITEMS["fig14"], SEEING)} == {"MiniGrid-Empty-6x6-v0"}


def test_figures_8_to_12_need_the_search_alone_and_table_ii_all_models() -> None:
    assert [(each.dataset, len(each.candidates)) for each in settings_of(ITEMS["fig9"], WRITTEN, seeds=2)] == [
        ("damped_shm", 12)
    ] * 2
    assert len(settings_of(ITEMS["table2"], WRITTEN)) == 6 * 5 * 9


def test_a_quick_try_says_what_it_is() -> None:
    runs = settings_of(ITEMS["fig5"], HEARD, "quick")
    assert {(each.source, each.epochs, each.seed, each.scale) for each in runs} == {("sample", 2, 0, "any")}
    assert {each.episodes for each in settings_of(ITEMS["fig13"], WRITTEN, "quick")} == {300}
    words = describe_scale(ITEMS["fig5"], "quick", 1)
    assert words.startswith("a quick try: the sample images, 2 epochs, one seed; it shows that all runs, and nothing")
    assert describe_scale(ITEMS["fig5"], "full", 6) == "the paper's setting at full length, 6 seeds"
    with pytest.raises(ValueError, match="scale must be one of quick, full, got 'huge'"):
        settings_of(ITEMS["fig5"], HEARD, "huge")
    with pytest.raises(ValueError, match="the plan 'images' has no reading 'seeing'"):
        settings_of(ITEMS["fig5"], SEEING)


def test_a_drawing_has_no_runs() -> None:
    assert settings_of(ITEMS["fig1"], WRITTEN) == settings_of(ITEMS["table1"], HEARD) == []


def test_time_is_told_by_what_is_closest(tmp_path: Path) -> None:
    base = ImageSettings(epochs=10)  # 60 s, and so 6 s an epoch
    assert Paces(tmp_path).estimate([base]) is None
    ship(tmp_path / "images", [base, ImageSettings(epochs=60, candidates=(2,))], accuracies(lambda _: 0.9))
    paces = Paces(tmp_path)
    assert paces.estimate([base, base]) == pytest.approx(120)
    assert paces.estimate([ImageSettings(epochs=30, candidates=(2,))]) == pytest.approx(30)
    assert paces.estimate([HEARD.apply(base)]) == pytest.approx(60), "of another reading"
    assert paces.estimate([ImageSettings(epochs=1, candidates=(7,))]) == pytest.approx(3.5), "of any model"
    assert paces.estimate([]) == 0
