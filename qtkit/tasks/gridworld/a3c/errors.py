"""`WorkersLostError`, in a file of its own: the command line catches it without loading PyTorch."""

from __future__ import annotations


class WorkersLostError(RuntimeError):
    """All worker processes of a run are gone."""
