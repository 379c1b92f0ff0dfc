"""The twelve toggles: what a click tells, also while something else is drawn."""

from __future__ import annotations

import threading

from qtkit.panels.training.candidate_toggles import CandidateToggles


def test_a_click_tells_the_numbers_and_a_drawing_tells_nothing() -> None:
    chosen: list[tuple[int, ...]] = []
    toggles = CandidateToggles((1, 2), chosen.append)
    toggles.show((1, 2, 3), locked=False)
    assert toggles.numbers == (1, 2, 3) and chosen == []
    toggles.toggles[2].value = False
    assert chosen == [(1, 3)]


def test_a_click_while_another_thread_draws_is_not_lost() -> None:
    chosen: list[tuple[int, ...]] = []
    toggles, drawing, clicked = CandidateToggles((1,), chosen.append), threading.Event(), threading.Event()

    def hold(_: dict) -> None:
        drawing.set()
        assert clicked.wait(60)

    toggles.toggles[12].observe(hold, "value")
    drawer = threading.Thread(target=lambda: toggles.show((1, 12), locked=False), daemon=True)
    drawer.start()
    assert drawing.wait(60)
    toggles.toggles[5].value = True
    clicked.set()
    drawer.join(60)
    assert not drawer.is_alive() and chosen == [(1, 5, 12)]
