"""What a user may have set before qtkit is used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(params=["float64", "another device"])
def other_defaults(request: pytest.FixtureRequest, expected: object) -> Iterator[None]:  # noqa: ARG001  computed before
    """Other defaults than PyTorch's own; `meta`, where nothing can be computed, stands for any other device.

    The module's own `expected` is what comes under PyTorch's.
    """
    if request.param == "float64":
        torch.set_default_dtype(torch.float64)
        yield
        torch.set_default_dtype(torch.float32)
    else:
        torch.set_default_device("meta")
        yield
        torch.set_default_device(None)
