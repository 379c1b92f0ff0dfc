"""What stored results say about the paper: its tables and figures, and a verdict on each claim of section VI.

`images`, `table2`, `gridworld` judge one section each, `depth` and `left_open` what the paper leaves open, and `search`
whether the search chooses well, all by the method of `statistics`. `selecting` finds runs by their settings: readings
of equation 4 are never mixed. `figures` and `tables` show results by the paper's numbers, `verdicts` puts claims in
words, `reproduction` goes through the whole paper, which `gallery` shows as one page.
"""
