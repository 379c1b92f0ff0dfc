"""`on_one_thread`: trainings for which PyTorch uses no thread but the calling one."""

from __future__ import annotations

from collections.abc import Callable

import torch

from qtkit.panels.training.session import SettingsT, TrainingT


def on_one_thread(make: Callable[[SettingsT], TrainingT]) -> Callable[[SettingsT], TrainingT]:
    """`make`, for trainings on a thread for which PyTorch uses no other from then on.

    The networks are small, and PyTorch's idle threads would spin on the cores that the circuits need: on two cores a
    step of an image training takes half the time without them. The main thread of a notebook keeps its number of
    threads.
    """

    def make_on_one_thread(settings: SettingsT) -> TrainingT:
        torch.set_num_threads(1)
        return make(settings)

    return make_on_one_thread
