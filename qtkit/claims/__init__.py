"""What stored results say about the paper: its tables and figures, and a verdict on each claim of section VI.

`images`, `table2`, `gridworld` judge one section each, by the statistics of `verdicts`; `rulers` are classical
forecasters to compare with; `figures` draws and tabulates by the paper's numbers.
"""
