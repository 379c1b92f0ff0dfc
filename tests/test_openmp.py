"""How long OpenMP's threads wait, set before PyTorch is there to read it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

NAMES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")
SCRIPT = "import json, os, sys, qtkit; print(json.dumps(['torch' in sys.modules, *map(os.environ.get, %r)]))"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [None, "10000", "1"]),
        ({"OMP_WAIT_POLICY": "active"}, ["active", None, None]),
        ({"GOMP_SPINCOUNT": "7"}, [None, "7", "1"]),
    ],
)
def test_the_environment_decides_where_it_says_something(given, expected):
    environment = {name: value for name, value in os.environ.items() if name not in NAMES} | given
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT % (NAMES,)], check=True, capture_output=True, text=True, env=environment
    )
    assert json.loads(done.stdout) == [False, *expected]
