"""What a program sets is not what a user sets."""

from __future__ import annotations

import threading

import pytest

from qtkit.panels.parts.quiet import Quiet


def test_quiet_is_the_thread_that_sets() -> None:
    quiet, elsewhere = Quiet(), []
    assert not quiet.here
    with quiet.setting():
        assert quiet.here
        other = threading.Thread(target=lambda: elsewhere.append(quiet.here))
        other.start()
        other.join()
    assert elsewhere == [False], "a click on another thread is a user's"
    assert not quiet.here


def test_an_error_ends_it() -> None:
    quiet = Quiet()
    with pytest.raises(ValueError, match="out of range"), quiet.setting():
        raise ValueError("out of range")
    assert not quiet.here
