"""Errors of trainings."""

from __future__ import annotations


class WorkersLostError(RuntimeError):
    """All worker processes of a run are gone."""
