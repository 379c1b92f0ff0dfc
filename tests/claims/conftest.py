"""Made-up results in the place of stored ones."""

from __future__ import annotations

import pandas as pd
import pytest

from qtkit.names import PAPER_MODELS
from qtkit.runs import results
from tests.claims import accuracy_frames, reward_frames


@pytest.fixture
def accuracies_shipped(monkeypatch: pytest.MonkeyPatch) -> list[pd.DataFrame]:
    """Made-up results of Figures 5 to 7; the list's one table may be replaced."""
    held = [accuracy_frames.curves(labels=(*PAPER_MODELS, "Mapping alone", "DiffQAS · centre=False"))]

    def load(_: str, experiment: str | None = None, *__: object) -> pd.DataFrame:
        return held[0] if experiment is None else held[0][held[0]["experiment"] == experiment]

    monkeypatch.setattr(results, "load", load)
    return held


@pytest.fixture
def rewards_shipped(monkeypatch: pytest.MonkeyPatch) -> list[pd.DataFrame]:
    """Made-up results of Figures 13 and 14; the list's one table may be replaced."""
    held = [reward_frames.curves(labels=(*PAPER_MODELS, "Classical"))]

    def load(_: str, experiment: str | None = None, *__: object) -> pd.DataFrame:
        return held[0] if experiment is None else held[0][held[0]["experiment"] == experiment]

    monkeypatch.setattr(results, "load", load)
    monkeypatch.setattr(results, "summaries", lambda *_: reward_frames.summaries(held[0]))
    return held
