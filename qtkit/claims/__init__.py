"""What stored results say about the paper: its tables and figures, and a verdict on each claim of section VI.

`images`, `table2`, `gridworld` judge one section each: the first and the last by draws of `verdicts`, with the
`evidence` beside them, the second by `sign_tests`. `seeds` is about the runs they have, `summary` what their tables
share; `rulers` are classical forecasters to compare with. `figures` and `tables` show it by the paper's numbers.
"""
