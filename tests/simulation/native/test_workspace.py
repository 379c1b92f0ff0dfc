"""Work arrays are used again, until they are given back."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from qtkit.simulation.native.workspace import Workspace
from qtkit.tasks.series import SeriesSettings, SeriesTraining


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    Workspace.release()
    yield
    Workspace.release()


def test_an_array_is_used_again_until_it_is_given_back():
    first = Workspace((3, 5), np.dtype("float32"))
    array = first.array
    del first
    assert Workspace((3, 5), np.dtype("float32")).array is array
    Workspace.release()
    assert Workspace((3, 5), np.dtype("float32")).array is not array


def test_the_end_of_a_training_gives_back_what_it_used():
    training = SeriesTraining(SeriesSettings(epochs=1, depth=2, candidates=(5, 7)))
    next(training)
    next(training)
    assert Workspace._kept > 0 and any(Workspace._free.values())
    for _ in training:
        pass
    assert Workspace._kept == 0 and not any(Workspace._free.values())


def test_arrays_that_outlive_the_module_end_in_silence():
    """As a program ends, in an order of its own: a training at its end once left a traceback for every array."""
    program = (
        "import sys\n"
        "from qtkit.simulation.native import workspace\n"
        "import numpy as np\n"
        "array = workspace.Workspace((2,), np.dtype('float32'))\n"
        "for name in [name for name in vars(workspace) if not name.startswith('__')]:\n"
        "    setattr(workspace, name, None)\n"
        "del array\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
