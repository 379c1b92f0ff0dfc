"""A package's face: names, modules, and what is neither."""

from __future__ import annotations

import sys

import pytest

import qtkit.networks
from qtkit.circuits.ansatz import Ansatz
from qtkit.lazy import attach

PLACES = {"Ansatz": "qtkit.circuits.ansatz", "networks": "qtkit"}


def test_a_name_is_that_of_its_module():
    get, names = attach("qtkit", PLACES)
    assert get("Ansatz") is Ansatz
    assert names() == ["Ansatz", "networks"]


def test_a_module_of_the_package_is_imported_when_it_is_asked_for(monkeypatch):
    monkeypatch.delattr(qtkit, "networks")  # as before anything imported it
    get, _ = attach("qtkit", PLACES)
    assert get("networks") is sys.modules["qtkit.networks"]


def test_what_a_package_does_not_have_is_an_attribute_error():
    get, _ = attach("qtkit", PLACES)
    with pytest.raises(AttributeError, match="module 'qtkit' has no attribute 'network'"):
        get("network")
