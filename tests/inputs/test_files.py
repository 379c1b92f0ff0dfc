"""Files and arrays as people bring them: each kind gives the right numbers, or is refused with what to do.

A row of `READ` is a CSV file that is read, a row of `REFUSED` one that is not, a row of `SERIES` and `NO_SERIES` an
array, list or table; `test_dialects_built_at_random` makes more of the first two. A column is asked for by its name,
by its place, or not at all: then it must be the only one that can be meant.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tempfile
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qtkit.tasks.series.csv import read_column
from qtkit.tasks.series.data import own_series
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.series.values import real_values

READ: dict[str, tuple[str | bytes, str | None, list[float]]] = {
    "decimal commas": ("t;x\n0;1,5\n1;2,5\n", "x", [1.5, 2.5]),
    "decimal commas beside dates": ("day;x\n31.01.2024;1,5\n01.02.2024;2,5\n", None, [1.5, 2.5]),
    "decimal commas in quotation marks": ('day,x\nmon,"1,5"\ntue,"-2,5e3"\n', None, [1.5, -2500]),
    "decimal commas and one column": ("sep=;\n1,5\n2,5\n", None, [1.5, 2.5]),
    "three decimals after a comma, one below 1": ("t;x\n0;1,500\n1;0,250\n", "x", [1.5, 0.25]),
    "three decimals after a comma, and a column that tells": ("x;y\n1,500;2,5\n1,250;2\n", "x", [1.5, 1.25]),
    "three decimals after a point": ("x\n1.500\n2.125\n", None, [1.5, 2.125]),
    "a minus sign of a text editor": ("x\n\N{MINUS SIGN}1\n2\n", None, [-1, 2]),
    "pandas without names": (pd.DataFrame(np.array([5.0, 6, 7])).to_csv(index=False), None, [5, 6, 7]),
    "pandas without names, by name": (pd.DataFrame(np.array([[5, 6, 9], [7, 8, 8]])).to_csv(index=False), "1", [6, 8]),
    "pandas with its index": (pd.DataFrame({"x": [5.0, 6, 8]}).to_csv(), None, [5, 6, 8]),
    "pandas with its index and without names": (pd.DataFrame(np.array([5.0, 6])).to_csv(), None, [5, 6]),
    "pandas, years as names": (pd.DataFrame({2020: [5.0, 6], 2021: [7.0, 9]}).to_csv(index=False), "2021", [7, 9]),
    "pandas, years as names, with its index": (pd.DataFrame({2020: [5.0, 6]}).to_csv(), None, [5, 6]),
    "R": ('"","x"\n"1",5\n"2",7\n', None, [5, 7]),
    "no names": ("5\n6\n8\n", None, [5, 6, 8]),
    "no names, by place": ("5,7.5\n6,8.5\n", "2", [7.5, 8.5]),
    "no names, from 0 on, by place": ("0\n5\n6\n", "1", [0, 5, 6]),
    "no names beside dates": ("2024-01-01,3\n2024-01-02,4\n2024-01-03,7\n", None, [3, 4, 7]),
    "no names beside words, by place": ("mon,3\ntue,4\n", "2", [3, 4]),
    "a number as name over words": ("country,2020\nA,3\nB,4\n", "2020", [3, 4]),
    "NumPy's savetxt": ("# t,x\n0.0,1.5\n0.1,2.5\n", "x", [1.5, 2.5]),
    "names after a mark": ("#id,price\nA,3\nB,5\n", None, [3, 5]),
    "labels that start with a mark": ("id,x\n#a,1\n#b,3\n", None, [1, 3]),
    "comments": ("# of a lamp, it's old\nx\n1\n# it flickers\n2\n", None, [1, 2]),
    "blank lines": ("\n\nx\n\n1\n\n2\n\n", None, [1, 2]),
    "sep=": ("sep=;\nt;x\n0;5\n1;6\n", "x", [5, 6]),
    "sep= of another mark": ('"sep=~"\r\nt~x\r\n0~5\r\n', "x", [5]),
    "bars": ("t|x\n0|5\n1|6\n", "x", [5, 6]),
    "a semicolon in a name": ("t,x; in m\n0,5\n1,6\n", "x; in m", [5, 6]),
    "a comma in a name": ("t;x, in m\n0;1,5\n1;2,5\n", "x, in m", [1.5, 2.5]),
    "separators at the end": ("day;x;\nmon;1;\ntue;2;\n", None, [1, 2]),
    "separators at the end of some rows": ("day;x\nmon;1;;\ntue;2\n", None, [1, 2]),
    "separators at the end of one column": ("1,5;\n2,5;\n", None, [1.5, 2.5]),
    "columns that hold nothing": (",,x\n,,1\n,,2\n", None, [1, 2]),
    "a name twice, elsewhere": ("a,a,x\n1,2,3\n4,5,6\n", "x", [3, 6]),
    "UTF-8 with its mark": (b"\xef\xbb\xbfx\n1\n2\n", "x", [1, 2]),
    "UTF-16": ("größe\r\n1\r\n2\r\n".encode("utf-16"), "größe", [1, 2]),
    "UTF-16, the other way round": (b"\xfe\xff" + "x\n1\n".encode("utf-16-be"), "x", [1]),
    "UTF-32": ("x\n1\n2\n".encode("utf-32"), "x", [1, 2]),
    "ends of lines of old": ("x\r1\r2\r", None, [1, 2]),
    "quoted line ends": ('note,x\n"a\nb",1\n"c",2\n', None, [1, 2]),
    "space": ('note, x\n"a, b", 1\n"c" , 2\n'.replace('" ,', '",'), None, [1, 2]),
}

LONG = "9" * 5_000 + "z"

REFUSED: dict[str, tuple[str | bytes, str | None, str]] = {
    "two columns of numbers": ("t;x\n0;1,5\n1;2,5\n", None, r"several .*: choose one of \['t', 'x'\] by column="),
    "thousands beside an index": ("t;x\n0;1 500\n1;1 600\n", None, "column 'x' holds digits, too, such as '1 500' in"),
    "units beside an index": ("t,x\n0,5 V\n1,6 V\n", None, "column 'x' holds digits, too, such as '5 V' in line 2"),
    "currencies beside an index": ("t,x\n0,EUR 5\n1,EUR 6\n", None, "column 'x' holds digits, too, such as 'EUR 5'"),
    "percents beside an index": ("t,x\n0,5%\n1,6%\n", None, "column 'x' holds digits, too, such as '5%'"),
    "few numbers beside an index": (
        "t,x\n0,\n1,5\n2,\n3,\n",
        None,
        "column 'x' holds digits, too, such as '5' in line 3",
    ),
    "an index alone": (",name\n0,a\n1,b\n", None, "no column of numbers"),
    "thousands": ("x\n1 500\n1 600\n", None, "line 2 holds '1 500', .* thousands separators, units .* are not read"),
    "thousands of Switzerland": ("x\n1'500\n", None, 'holds "1\'500", which is not a finite number: thousands'),
    "thousands of Python": ("x\n1_500\n", None, "holds '1_500', which is not a finite number: thousands"),
    "thousands and decimals": ("t;x\n0;1.500,5\n", "x", r"holds '1.500,5', which is not a finite number: thousands"),
    "millions": ('t,x\n0,"1,500,000"\n', "x", "holds '1,500,000', which is not a finite number: thousands"),
    "thousands or decimals": ('t,x\n0,"1,500"\n1,"1,600"\n', "x", "holds '1,500', which may be 1.500 or 1500"),
    "points among decimal commas": ("x;y\n1.500;2,5\n1.600;3,5\n", "x", "holds '1.500', which may be 1.500 or 1500"),
    "both decimal marks": ("t;x\n0;1.5\n1;1,5\n", "x", "line 3 holds '1,5', .* where decimals follow a point"),
    "both decimal marks, the comma first": ("t;x\n0;1,5\n1;1.5\n", "x", "'1.5', .* where decimals follow a comma"),
    "decimal commas between commas": ("t,x\n0,1,5\n1,2,5\n", "x", r"line 2 has more cells \(3\) than .* columns \(2\)"),
    "a decimal comma in some rows": ("1\n2,5\n3\n", "1", r"line 2 has more cells \(2\) than .* columns \(1\)"),
    "no decimal comma in some rows": ("1,5\n2\n3,5\n", "1", "line 2 has fewer cells than there are columns"),
    "no separator fits": ("price; EUR\n3,5\n4,5\n", None, "may be separated by ';' or ',': say which in a first line"),
    "names or values": ("mon,3\ntue,4\n", None, r"\['mon', '3'\], may hold names or values: .* place \(\['1', '2'\]\)"),
    "a name or a place": ("5,1\n6,2\n", "1", r"the first row, \['5', '1'\], may hold names or values"),
    "a name or a place, of times": ("0,1\n0.1,3\n0.2,4\n", "1", "may hold names or values"),
    "a comment or names": (
        "# lamp, old\nday,x\nmon,1\n",
        None,
        "the comment .*'lamp', 'old'.* may both hold the names",
    ),
    "a comment or a row": ("id,x\na,5\n#b,6\n", "x", "line 3 starts with #: if it is a comment, remove it"),
    "nothing but comments": ("# x\n# y\n", None, "holds nothing but comments"),
    "errors of a spreadsheet": ("x\n1\n#N/A\n3\n", None, "line 3 holds '#N/A', which is not a finite number"),
    "a missing first value": ("NA\n1\n3\n", None, "line 1 holds 'NA', which is not a finite number"),
    "sep= and no mark": ("sep=\nx\n1\n", None, "line 1, 'sep=', names no separator"),
    "the wanted name twice": ("x,x\n0,1\n", "x", "more than one column of the name 'x'"),
    "UTF-16 without its mark": ("x\n1\n".encode("utf-16-le"), None, "is not a text in UTF-8"),
    "a text of old": ("größe\n1\n".encode("latin-1"), None, "is not a text in UTF-8 .*: save it as CSV in UTF-8"),
    "a workbook": (b"PK\x03\x04\x14\x00\x00\x00", None, "is not a text in UTF-8"),
    "a long cell": (f"x\n{LONG}\n", None, r"holds '9{27}\.\.\.9{27}z', which"),
    "a long name": (f"{LONG},y\n1,2\n", None, r"choose one of \['9{27}\.\.\.9{27}z', 'y'\]"),
    "many columns": (",".join(f"c{k}" for k in range(999)) + "\n" + "a," * 999, "x", r"no column 'x'.*'c11', \.\.\.\]"),
}


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "own.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("kind", READ)
def test_a_file_is_read(tmp_path: Path, kind: str) -> None:
    content, column, expected = READ[kind]
    values, name = read_column(write(tmp_path, content), column)
    assert values.tolist() == expected
    assert column is None or name == column


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_is_refused_with_what_to_do(tmp_path: Path, kind: str) -> None:
    content, column, message = REFUSED[kind]
    with pytest.raises(ValueError, match=message) as caught:
        read_column(write(tmp_path, content), column)
    assert "own.csv" in str(caught.value)
    assert len(str(caught.value)) < 600


class Dialect(NamedTuple):
    """A file as some program may write it, and the column that is asked for.

    Attributes:
        truth: the numbers of the column that is meant; None if more than one may be.
        clear: whether there is no excuse for refusing it.
    """

    content: bytes
    column: str | None
    truth: list[float] | None
    clear: bool


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    height, width = draw(st.integers(2, 5)), draw(st.integers(1, 3))
    separator, decimal = draw(st.sampled_from(";,\t|")), draw(st.sampled_from(".,"))
    digits = draw(st.sampled_from([0, 1, 2, 3, 4]))
    ints = st.integers(-99_999, 99_999)
    columns = [[draw(ints) for _ in range(height)] for _ in range(width)]
    texts = [[f"{v / 10**digits:.{digits}f}".replace(".", decimal) for v in column] for column in columns]
    header = draw(st.sampled_from(["names", "none", "counted", "years"]))
    names = {
        "names": ["x", "y; in m", "z, old"],
        "none": [""] * 3,
        "counted": ["0", "1", "2"],
        "years": ["2020", "2021", "2022"],
    }[header][:width]
    index = draw(st.sampled_from([None, "count", "times", "dates", "words", "labels"]))
    cells, before = [list(row) for row in zip(*texts, strict=True)], int(index is not None)
    if index is not None:
        label: Callable[[int], str] = {
            "count": str,
            "times": lambda k: f"{k / 4:.2f}".replace(".", decimal),
            "dates": lambda k: f"{k + 1:02}.01.2024",
            "words": lambda k: ("mon", "tue", "wed", "thu", "fri")[k],
            "labels": lambda k: f"a{k}",
        }[index]
        cells = [[label(k), *row] for k, row in enumerate(cells)]
    first = draw(st.sampled_from(["", "t"])) if index is not None else ""
    if header != "none":
        cells.insert(0, [first] * before + names)
    if draw(st.booleans()):
        cells = [[*row, ""] for row in cells]
    text = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end).writerows(cells)
    said = draw(st.booleans())
    content = (f"sep={separator}{end}" if said else "") + text.getvalue() + draw(st.sampled_from(["", end]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))

    wanted = draw(st.integers(0, width - 1))
    way = draw(st.sampled_from(["alone", "name", "place"]))
    if way == "name" and header == "none":
        way = "place"
    if way == "place" and header != "none":
        way = "name"
    column = {"alone": None, "name": names[wanted], "place": str(before + wanted + 1)}[way]
    truth = [v / 10**digits for v in columns[wanted]] if way != "alone" or width == 1 else None
    # What nobody can know: that 0, 1 are values; that a lone 2020 is a name; that a comma separates nothing.
    row = cells[0][: before + width]
    assume(header != "none" or row != [str(k) for k in range(len(row))])
    assume(way != "alone" or header != "years" or index is not None)
    assume(said or separator == "," or decimal == "." or before + width > 1 or cells[0][-1] == "")
    clear = header == "names" and way == "name" and (decimal == "." or digits not in (0, 3)) and (said or width > 1)
    return Dialect(content.encode(encoding), column, truth, clear)


@settings(max_examples=400, deadline=None)
@given(dialect=dialects())
def test_dialects_built_at_random(dialect: Dialect) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), dialect.content)
        try:
            values, name = read_column(path, dialect.column)
        except ValueError as error:
            refusal = str(error)
        else:
            refusal = ""
    if refusal:
        assert not dialect.clear, refusal
        assert "own.csv" in refusal
    else:
        assert values.tolist() == dialect.truth
        assert dialect.column in (None, name)


MASKED = np.ma.masked_array([*range(9)], [k == 5 for k in range(9)])
DAYS = pd.date_range("2024-01-01", periods=9)
NINE = np.arange(9.0) ** 2

SERIES: dict[str, Any] = {
    "an array": NINE,
    "a masked array without a mask": np.ma.masked_array(NINE),
    "a tensor that requires gradients": torch.tensor(NINE, requires_grad=True),
    "a list of tensors that require gradients": list(torch.tensor(NINE, requires_grad=True)),
    "half precision": torch.tensor(NINE, dtype=torch.bfloat16),
    "a sparse tensor": torch.tensor(NINE).to_sparse(),
    "fractions": [Fraction(k * k) for k in range(9)],
    "decimals": [Decimal(k * k) for k in range(9)],
    "numbers of several kinds": [0, 1.0, Fraction(4), Decimal(9), np.float32(16), torch.tensor(25), 36, 49, 64],
    "whole numbers that may be missing": pd.Series(NINE.astype(int), dtype="Int64"),
    "a series by dates": pd.Series(NINE, index=DAYS),
    "a table of one column": pd.DataFrame({"x": NINE}),
}

NO_SERIES: dict[str, tuple[Any, str]] = {
    "a masked array": (MASKED, "the series has a missing value at place 5 of 0..8"),
    "masked in a list": ([1, np.ma.masked, 2], "a missing value at place 1 of 0..2"),
    "NaN in a pandas series": (pd.Series([1.0, np.nan, np.nan]), r"a missing value at place 1 of 0..2 \(2 such values"),
    "NA": (pd.Series([1, 2, pd.NA], dtype="Int64"), "a missing value at place 2 of 0..2"),
    "NA in a list": ([1, pd.NA], "a missing value at place 1 of 0..1"),
    "None": ([1, None, 3], "a missing value at place 1 of 0..2"),
    "NaT": (pd.Series(pd.to_datetime(["2024-01-01", None])), "a missing value at place 1 of 0..1"),
    "infinity": ([1, np.inf], "has inf at place 1 of 0..1"),
    "spans of time": (np.arange(9).astype("m8[s]"), "must be real numbers, got spans of time: divide them by a unit"),
    "spans of time of Python": (
        [dt.timedelta(1)],
        r"must be numbers, got datetime.timedelta\(days=1\), a timedelta",
    ),
    "dates": (DAYS, "must be real numbers, got dates: a series is its values alone"),
    "dates of Python": ([dt.date(2024, 1, 1)], "must be numbers, got .*, a date, at place 0 of 0..0"),
    "complex numbers": (NINE + 1j, "must be real numbers, got complex numbers: take .real, .imag or abs"),
    "complex numbers in a list": ([1, 2j], "got complex numbers"),
    "a complex tensor": (torch.tensor([1j]), "got complex numbers"),
    "texts": (["1", "2"], "must be numbers, got '1', a str, at place 0 of 0..1"),
    "a text among numbers": ([1, "a" * 5_000], r"must be numbers, got 'a{27}\.\.\.a{28}', a str, at place 1 of 0..1"),
    "texts in a pandas series": (pd.Series(["a", "b"]), "must be numbers, got 'a', a str"),
    "a record": (np.array([(1, 2)], dtype="i4,i4"), "must be numbers, got .*, a tuple, at place 0"),
    "numbers beyond all floats": ([1, 10**400], "has 10{17}.* at place 1 of 0..1: int too large"),
    "a generator": ((k for k in range(9)), r"must have shape \(T,\), got one generator"),
    "the newest first": (pd.Series(NINE, index=DAYS[::-1]), "index of times is not in order: sort it"),
    "the newest month first": (
        pd.Series([1.0, 2], index=pd.PeriodIndex(["2024-02", "2024-01"], freq="M")),
        "not in order",
    ),
}


@pytest.mark.parametrize("kind", SERIES)
def test_a_series_is_taken(kind: str) -> None:
    assert real_values(SERIES[kind]).ravel().tolist() == NINE.tolist()
    unscaled = SeriesSettings(dataset="own", scaling="none")
    assert own_series(SERIES[kind], unscaled).targets.tolist() == NINE[4:-1].tolist()


@pytest.mark.parametrize("kind", NO_SERIES)
def test_no_series_is_named_with_its_place(kind: str) -> None:
    values, message = NO_SERIES[kind]
    with pytest.raises(ValueError, match=message) as caught:
        own_series(values)
    assert not re.search(r"\w{100}", str(caught.value))
