"""Columns of CSV files, and what is wrong with those that cannot be read."""

from __future__ import annotations

import pytest

from qtkit.tasks.series.csv import read_column


@pytest.fixture
def write(tmp_path):
    def _write(content: str | bytes, name: str = "data.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


@pytest.mark.parametrize(
    ("content", "expected", "column"),
    [
        ("1\n2\n3.5\n", [1, 2, 3.5], "1"),
        ("1\n2\n3.5", [1, 2, 3.5], "1"),
        ("value\n1e3\n-2\n", [1000, -2], "value"),
        ("\ufeffvalue\r\n1\r\n2\r\n", [1, 2], "value"),
        ("date,price\n2024-01-01,3\n2024-01-02,4\n", [3, 4], "price"),
        ("day;price\nmon;3\n\ntue;4\n\n", [3, 4], "price"),
        ("day\tprice\nmon\t3\ntue\t4\n", [3, 4], "price"),
        ('"the, day",price\n"a, b",3\n', [3], "price"),
        (" value \n 7 \n", [7], "value"),
    ],
)
def test_the_only_column_of_numbers_is_found(write, content, expected, column):
    values, name = read_column(write(content))
    assert values.tolist() == expected and name == column


def test_one_of_several_columns(write):
    path = write("t,x,y\n0,1,2\n1,3,4\n")
    assert read_column(path, "y")[0].tolist() == [2, 4]
    assert read_column(str(path), "t")[0].tolist() == [0, 1]
    assert read_column(write("0,1\n1,3\n"), "2")[0].tolist() == [1, 3]


@pytest.mark.parametrize(
    ("content", "column", "message"),
    [
        ("", None, "data.csv is empty"),
        ("\n , \n", None, "data.csv is empty"),
        (b"\xff\xfe\x00", None, "data.csv is not a text in UTF-8"),
        ("day,name\nmon,a\ntue,b\n", None, r"no column of numbers; its columns are \['day', 'name'\]"),
        ("value\n", None, "no column of numbers"),
        ("t,x\n0,1\n1,3\n", None, r"several columns of numbers: choose one of \['t', 'x'\] by column="),
        ("t,x\n0,1\n1,3\n", "z", r"no column 'z'; it has \['t', 'x'\]"),
        ("x,x\n0,1\n", "x", "more than one column of the name 'x'"),
        ("x\n1\n2\nabc\n", None, "column 'x' of data.csv: line 4 holds 'abc', which is not a finite number"),
        ("x\n1\nnan\n3\n", None, "line 3 holds 'nan', which is not a finite number"),
        ("x\n1\ninf\n3\n", None, "line 3 holds 'inf', which is not a finite number"),
        ("nan\n1\n", None, "line 1 holds 'nan'"),
        ("day,x\nmon,1\ntue,\nwed,3\n", None, "line 3 is empty"),
        ("day,x\nmon,1\ntue\nwed,3\n", None, "line 3 is empty"),
        ('x\n1\n"2\n', None, "line 3: not a CSV file"),
        ("x\n1,5\n2,5\n", None, r"line 2 has more cells \(2\) than there are columns \(1\)"),
    ],
)
def test_what_cannot_be_read_is_told(write, content, column, message):
    with pytest.raises(ValueError, match=message):
        read_column(write(content), column)


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no such file: .*nowhere\.csv"):
        read_column(tmp_path / "nowhere.csv")
    with pytest.raises(FileNotFoundError, match="no such file"):
        read_column(tmp_path)
