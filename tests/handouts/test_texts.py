"""What texts say of predictions, results and solutions."""

from __future__ import annotations

import pytest

from qtkit.handouts.texts import asks_prediction, split_what_we_saw, without_answers


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("**Predict first.** How many?", True),
        ("Some words. **Predict first:** of eight seeds, how many?", True),
        ("## Predict first: an agent", True),
        ("Predict first what you like", False),
        ("It predicts", False),
    ],
)
def test_predictions_are_found(text, asks):
    assert asks_prediction(text) is asks


def test_what_we_saw_ends_at_a_heading_or_the_next_prediction():
    text = (
        "Before.\n\n**What we saw.** One.\n\nMore.\n\n**Predict first.** Two?\n\nAnd.\n\n"
        "**What we saw.** Three.\n\n## Next\n\nFour."
    )
    kept, saw = split_what_we_saw(text)
    assert kept == "Before.\n\n**Predict first.** Two?\n\nAnd.\n\n## Next\n\nFour."
    assert saw == "**What we saw.** One.\n\nMore.\n\n**What we saw.** Three."


def test_a_text_without_it_stays():
    assert split_what_we_saw("One.\n\nTwo.") == ("One.\n\nTwo.", "")


def test_folded_answers_go_and_other_folds_stay():
    other = "<details><summary>More numbers</summary>\n\nC.\n\n</details>"
    text = f"A.\n\n<details><summary>One answer</summary>\n\nB.\n\n</details>\n\n{other}"
    assert without_answers(text) == f"A.\n\n{other}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The solution is folded in the next cell (press the dots to open it).", ""),
        ("Write it. The solution is folded below. Go on.", "Write it. Go on."),
        ("The solution of equation 3 is a wave.", "The solution of equation 3 is a wave."),
        (
            "Each has a stub, a check that tells what is wrong, and a folded solution. Go.",
            "Each has a stub and a check that tells what is wrong. Go.",
        ),
    ],
)
def test_sentences_on_folded_solutions_go(text, left):
    assert without_answers(text) == left
