"""When a run of the search panel ends by itself."""

from __future__ import annotations

from qtkit.checks import checked_positive


def stop_words(accuracy: float) -> str:
    """An accuracy at which a run ends, in words."""
    return f"test accuracy {accuracy:g}"


STOPS = (("all epochs", 0.0), *((stop_words(a), a) for a in (0.9, 0.95, 0.96, 0.97, 0.98, 0.99)))
"""What the menu offers: texts and accuracies."""


def checked_stop(accuracy: float | None) -> float | None:
    """It, if it is one that can be reached.

    Raises:
        ValueError: unless it is above 0 and at most 1.
    """
    if accuracy is not None and checked_positive("stop_accuracy", accuracy) > 1:
        raise ValueError(f"stop_accuracy is a share and at most 1, got {accuracy!r}")
    return accuracy
