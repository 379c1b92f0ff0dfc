"""What the texts of a notebook say of predictions, results and solutions, and the same without it."""

from __future__ import annotations

import re

_HEADING = re.compile(r"#{1,6} ")
_SAW = re.compile(r"\*\*What we saw\.\*\*")
_PREDICT = re.compile(r"\*\*Predict first|^#{1,6} +Predict first", re.MULTILINE)
_DETAILS = re.compile(r"\n*<details>\s*<summary>(.*?)</summary>(.*?)</details>\n*", re.DOTALL)
_ANSWERS = re.compile(r"answer|solution|what you should find|changes", re.IGNORECASE)
_STUB_AND_SOLUTION = re.compile(r"Each has a stub, a check (.*?),? and a folded solution\.")
_SENTENCE = re.compile(r"(?<=[.!?)])\s+(?=[A-Z*])")
_SPOKEN_OF = re.compile(r"\b(solution|answer)s?\b", re.IGNORECASE)
_FOLDED = re.compile(r"\bfold(s|ed)?\b|press the dots|three dots", re.IGNORECASE)


def asks_prediction(text: str) -> bool:
    """Whether a text says *Predict first*."""
    return _PREDICT.search(text) is not None


def split_what_we_saw(text: str) -> tuple[str, str]:
    """A text without its *What we saw*, and those: from the word to the next heading or *Predict first*."""
    kept: list[str] = []
    saw: list[str] = []
    inside = False
    for paragraph in _paragraphs(text):
        if _SAW.match(paragraph):
            inside = True
        elif _HEADING.match(paragraph) or _PREDICT.match(paragraph):
            inside = False
        (saw if inside else kept).append(paragraph)
    return "\n\n".join(kept), "\n\n".join(saw)


def without_answers(text: str) -> str:
    """A text without folded answers, and without sentences that speak of a folded solution."""
    text = _DETAILS.sub(lambda found: "\n\n" if _ANSWERS.search(found.group(1)) else found.group(0), text).strip("\n")
    text = _STUB_AND_SOLUTION.sub(r"Each has a stub and a check \1.", text)
    paragraphs = (_without_sentences(paragraph) for paragraph in _paragraphs(text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph.strip())


def _paragraphs(text: str) -> list[str]:
    return re.split(r"\n{2,}", text.strip("\n"))


def _without_sentences(paragraph: str) -> str:
    if not (_SPOKEN_OF.search(paragraph) and _FOLDED.search(paragraph)):
        return paragraph
    kept = [each for each in _SENTENCE.split(paragraph) if not (_SPOKEN_OF.search(each) and _FOLDED.search(each))]
    return " ".join(kept)
