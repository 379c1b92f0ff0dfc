"""What stored results say about the paper: its tables and figures, and a verdict on each claim of section VI.

`images`, `table2`, `gridworld` judge one section each, by the one method of `statistics`: `verdicts` are in words, with
the `evidence` beside them. `seeds` is about the runs they have, `summary` what their tables share; `rulers` are
classical forecasters to compare with. `figures` and `tables` show it by the paper's numbers.
"""
