"""The toggles of the candidates: what a click tells, also while something else is drawn."""

from __future__ import annotations

import threading

from qtkit.circuits import CZ, U3
from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.panels.training.candidate_toggles import CandidateToggles
from tests.helpers import PATIENCE


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
        assert clicked.wait(PATIENCE)

    toggles.toggles[12].observe(hold, "value")
    drawer = threading.Thread(target=lambda: toggles.show((1, 12), locked=False), daemon=True)
    drawer.start()
    assert drawing.wait(PATIENCE)
    toggles.toggles[5].value = True
    clicked.set()
    drawer.join(PATIENCE)
    assert not drawer.is_alive() and chosen == [(1, 5, 12)]


STAR, CHAIN = Ansatz(True, ((0, 1), (0, 2)), "ry"), Ansatz(False, ((0, 1), (1, 2)), "rx")


def test_circuits_of_table_1_switch_their_numbers_on() -> None:
    assert CandidateToggles(CANDIDATES[:3], print).numbers == (1, 2, 3)


def test_circuits_of_ones_own_have_a_toggle_and_a_legend() -> None:
    chosen: list[tuple[int | Ansatz, ...]] = []
    toggles = CandidateToggles((*CANDIDATES, STAR), chosen.append)
    assert toggles.candidates == (*range(1, 13), STAR)
    toggles.show((5, STAR, CHAIN), locked=False)
    assert [toggle.description for toggle in toggles.own.values()] == ["A", "B"]
    assert [line.children[1].value for line in toggles.children[2].children] == [STAR.label, CHAIN.label]
    toggles.own[STAR].value = False
    toggles.toggles[2].value = True
    toggles.own[STAR].value = True
    assert chosen == [(5, CHAIN), (2, 5, CHAIN), (2, 5, STAR, CHAIN)]
    toggles.show((5,), locked=True)
    assert [toggle.value for toggle in toggles.own.values()] == [False, False], "it can come back"
    assert all(toggle.disabled for toggle in toggles.own.values())


def test_the_shortcuts_leave_circuits_of_ones_own_in_the_search() -> None:
    chosen: list[tuple[int | Ansatz, ...]] = []
    toggles = CandidateToggles((5, STAR), chosen.append)
    seeing, everything = toggles.children[1].children[1], toggles.children[1].children[0]
    seeing.click()
    everything.click()
    assert chosen == [(2, 5, 7, 8, 10, 11, STAR), (*range(1, 13), STAR)]


def test_a_circuit_by_elements_is_named_by_them() -> None:
    ring = Ansatz(layer=[CZ("ring"), U3()])
    toggles = CandidateToggles((5, ring), print)
    assert toggles.candidates == (5, ring)
    assert toggles.children[2].children[0].children[1].value == "CZ ring, U3"
