"""What an answer needs is found, in order; nothing else is taken."""

from __future__ import annotations

import pytest

from qtkit.grading.definitions import needed_statements, read_definitions


def needed(function: str, *sources: str) -> str:
    return "\n".join(needed_statements(read_definitions(sources), function))


def test_a_function_comes_with_what_it_uses_and_nothing_else():
    got = needed(
        "answer",
        "import numpy as np\nimport torch",
        "HALF = 0.5\nOTHER = 2",
        "def helper(x):\n    return HALF * x",
        "panel = Panel()\npanel.run()",
        "def answer(x):\n    return np.abs(helper(x))",
    )
    assert got == (
        "import numpy as np\nHALF = 0.5\n"
        "def helper(x):\n    return HALF * x\n"
        "def answer(x):\n    return np.abs(helper(x))"
    )


def test_the_last_definition_counts_as_after_run_all():
    got = needed("f", "def f():\n    return 1", "def f():\n    return 2")
    namespace: dict = {}
    exec(got, namespace)
    assert namespace["f"]() == 2


def test_a_function_may_be_bound_in_other_ways():
    assert needed("f", "f = lambda x: x") == "f = lambda x: x"
    assert "partial" in needed("f", "from functools import partial", "f = partial(pow, 2)")
    assert needed("f", "if True:\n\n    def f():\n        return 1").startswith("if True:")
    assert "try:" in needed("f", "try:\n    import a as b\nexcept ImportError:\n    b = None\ndef f():\n    return b")


def test_decorators_classes_and_stars_come_along():
    got = needed(
        "f", "from math import *", "class A:\n    pass", "def mark(g):\n    return g", "@mark\ndef f():\n    return A()"
    )
    assert got.startswith("from math import *")
    assert "class A" in got
    assert "def mark" in got


def test_changes_of_what_is_used_come_along():
    got = needed("f", "table = {}", "table['x'] = 1", "other = {}\nother['x'] = 1", "def f():\n    return table")
    assert "table['x'] = 1" in got
    assert "other" not in got


def test_names_inside_functions_bind_nothing():
    assert "torch" not in needed("f", "def other():\n    import torch\n    x = 1", "def f():\n    return x")


def test_names_of_arguments_and_locals_are_not_the_notebooks():
    got = needed("f", "p = train()", "n = p.n", "def f(p):\n    n = 1\n    return [k for k in range(p + n)]")
    assert "train" not in got
    assert "n = p.n" not in got


def test_names_of_nested_functions_are_found():
    assert "scale = 2" in needed("f", "scale = 2", "def f(x):\n    def g():\n        return scale * x\n    return g()")


def test_nothing_defines_it():
    assert needed_statements(read_definitions(["x = 1"]), "f") == []


def test_lines_for_ipython_are_left_out():
    assert needed("f", "%matplotlib inline\n!pip list\n?f\ndef f():\n    return 1") == "def f():\n    return 1"
    assert needed("f", "%%time\ndef f():\n    return 1") == "def f():\n    return 1"


@pytest.mark.parametrize("source", ["def f(:", "x = \0", "(" * 100_000, "-" * 100_000 + "1"])
def test_a_cell_that_is_not_python_is_told_and_the_others_stay(source):
    definitions = read_definitions(["def f():\n    return 1", source])
    assert len(definitions.broken) <= 1
    assert all(told.startswith("code cell 2 is not Python: ") for told in definitions.broken)
    assert needed_statements(definitions, "f")


def test_code_nested_too_deeply_is_an_error_not_a_crash():
    deep = "f = " + "+".join(["x"] * 20_000)
    definitions = read_definitions([deep])
    if not definitions.broken:  # how deep a parser goes differs from one Python to the next
        with pytest.raises(ValueError, match="too deeply"):
            needed_statements(definitions, "f")
