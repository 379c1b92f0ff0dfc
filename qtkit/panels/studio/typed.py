"""What a user typed into a field of the studio, as a number, or a sentence that says what fits."""

from __future__ import annotations

import math

MIN_SHOTS, MAX_SHOTS = 100, 100_000
MAX_NOISE = 0.5


def parse_shots(text: str | int | None) -> int | None:
    """The shots a user typed or chose; None, empty and `exact` mean exact probabilities.

    Raises:
        ValueError: with a sentence for the user, unless it is a whole number from 100 to 100,000.
    """
    plain = str("" if text is None else text).strip().replace(",", "").replace(" ", "")
    if plain in ("", "exact"):
        return None
    try:
        number = float(plain)
    except ValueError:
        number = math.nan
    if not (MIN_SHOTS <= number <= MAX_SHOTS and number == int(number)):
        raise ValueError(f"Shots: a whole number from {MIN_SHOTS} to {MAX_SHOTS:,}, or “exact”.")
    return int(number)


def parse_noise(text: str | float) -> float:
    """The noise a user typed.

    Raises:
        ValueError: with a sentence for the user, unless it is a number from 0 to 0.5.
    """
    try:
        number = float(str(text).strip() or "0")
    except ValueError:
        number = math.nan
    if not 0 <= number <= MAX_NOISE:
        raise ValueError(f"Noise: a number from 0 to {MAX_NOISE}, the chance of an error after each gate.")
    return number


LARGEST_TARGET = 10**18


def parse_target(text: str | int) -> int:
    """The number of weights a user typed: `6023`, `6,023`, `6 023`, `1e6`.

    Raises:
        ValueError: with a sentence for the user, unless it is a whole number from 1 to 10**18.
    """
    plain = str(text).strip().replace(",", "").replace(" ", "").replace("_", "").replace("\u202f", "")
    if not plain:
        raise ValueError("Type how many weights the target network has, such as 1781.")
    try:
        number = float(plain)
    except ValueError:
        raise ValueError(f"“{_short(text)}” is not a number. Type how many weights the network has.") from None
    if math.isnan(number):
        raise ValueError("“nan” is not a number of weights.")
    if number < 1:
        raise ValueError(f"A network has at least 1 weight, not {_short(text)}.")
    if number > LARGEST_TARGET:
        raise ValueError(f"{_short(text)} is more than the 10¹⁸ weights this field counts to.")
    if number != int(number):
        raise ValueError(f"{_short(text)} is not a whole number of weights.")
    return int(plain) if plain.lstrip("+").isdigit() else int(number)


def _short(text: object) -> str:
    words = str(text).strip()
    return words if len(words) <= 24 else words[:21] + "…"
