"""What a checked tuple of circuits remembers, and what it does not take along."""

import pickle
import subprocess
import sys

from qtkit import CANDIDATES, Ansatz
from qtkit.circuits import CZ, RY
from qtkit.circuits.ansatz import Candidates, checked_candidates


def test_it_is_the_tuple_that_it_was():
    given = tuple(CANDIDATES[:3])
    checked = checked_candidates(given)
    assert checked == given and hash(checked) == hash(given) and {given: 1}[checked] == 1
    assert checked_candidates(checked) is checked
    assert repr(checked) == repr(given)


def test_whether_words_say_them_all():
    assert checked_candidates(CANDIDATES).in_words
    assert not Candidates([CANDIDATES[4], Ansatz(layer=[CZ("ring"), RY()])]).in_words


def test_another_process_makes_its_own_hash():
    checked = Candidates(CANDIDATES[:2])
    hash(checked)
    code = (
        "import pickle, sys; known = pickle.loads(sys.stdin.buffer.read()); from qtkit import CANDIDATES;"
        "assert type(known).__name__ == 'Candidates' and {tuple(CANDIDATES[:2]): 1}[known] == 1"
    )
    subprocess.run([sys.executable, "-c", code], input=pickle.dumps(checked), check=True)
