"""What the controls show is what is used."""

from __future__ import annotations

import pytest

from qtkit.panels import AgentPanel, ForecastPanel, SearchPanel
from qtkit.panels.training.panel import Panel

LARGE = {"depth": 300, "seed": 2**40}


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (SearchPanel, {**LARGE, "batch_size": 20_000, "epochs": 20_000}),
        (ForecastPanel, {**LARGE, "batch_size": 20_000, "epochs": 20_000, "window": 20_000}),
        (AgentPanel, {**LARGE, "workers": 300, "episodes": 20_000_000, "update_every": 20_000}),
    ],
)
def test_numbers_beyond_the_usual_are_shown_as_they_are(kind: type[Panel], settings: dict[str, int]) -> None:
    panel = kind(**settings)
    panel.widget  # noqa: B018
    controls = panel.view.form.controls
    assert {name: controls[name].value for name in settings} == settings
    controls["depth"].value = 4
    assert panel.settings.depth == 4
    assert {name: getattr(panel.settings, name) for name in settings} == {**settings, "depth": 4}
