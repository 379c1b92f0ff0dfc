"""Beside a Jupyter that is there already, as Colab's: qtkit brings none, and its panels ask Colab for its widgets."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement

from tests.helpers import output, python

IN_COLAB = """
import sys, types

called = []
colab = types.ModuleType("google.colab.output")
colab.enable_custom_widget_manager = lambda: called.append(True)
colab._widgets = types.SimpleNamespace(_installed_url="https://widgets.example")
sys.modules |= {"google": types.ModuleType("google"), "google.colab": types.ModuleType("google.colab")}
sys.modules["google.colab.output"] = colab

from anywidget._util import enable_custom_widget_manager_once as ask
from qtkit import panels

for name in sys.argv[1:]:
    called.clear()
    ask.cache_clear()  # as in a kernel of its own
    panel = getattr(panels, name)()
    panel._repr_mimebundle_()  # it is shown
    print(name, len(called))
"""


def needed(name: str, extras: frozenset[str] = frozenset()) -> Iterator[str]:
    """All distributions that one of them needs here, with itself."""
    waiting, seen = [(name, extras)], set()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        yield each[0]
        if each[0] == "rfc3987-syntax":  # set-up takes it away, see the Makefile; it needs lark alone
            continue
        for text in importlib.metadata.requires(each[0]) or ():
            requirement = Requirement(text)
            wanted = [{"extra": extra} for extra in each[1]] or [{"extra": ""}]
            if requirement.marker is None or any(requirement.marker.evaluate(extra) for extra in wanted):
                waiting.append((requirement.name.lower().replace("_", "-"), frozenset(requirement.extras)))


def test_qtkit_alone_brings_no_jupyter() -> None:
    brought = set(needed("qtkit"))
    assert {"ipywidgets", "anywidget", "torch"} <= brought
    assert not brought & {"jupyterlab", "jupyter-server", "notebook", "jupyter", "ipykernel"}
    assert {"jupyterlab", "jupyter-server"} <= set(needed("qtkit", frozenset({"lab"})))


@pytest.mark.slow
def test_a_panel_asks_colab_once_for_its_own_widgets() -> None:
    panels = ("AnsatzStudio", "MixturePanel", "Playground", "SearchPanel")
    assert output(python(IN_COLAB, *panels)).splitlines() == [f"{name} 1" for name in panels]
