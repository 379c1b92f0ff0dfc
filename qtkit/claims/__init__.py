"""What stored results say about the paper: its tables and figures, and a verdict on each claim of section VI.

`images`, `table2`, `gridworld` judge one section each, by the one method of `statistics`: `verdicts` are in words, with
the `evidence` beside them. `depth` asks whether 15 layers are needed, `left_open` what all that the paper leaves open
would change, `search` whether the search chooses well. `selecting` finds stored runs by their settings: those of one
reading of equation 4 are never mixed with others; `seeds` is about the runs they have, `summary` what their tables
share; `rulers` are classical forecasters to compare with. `figures` (drawn in `drawing`) and `tables` show it by the
paper's numbers, and `reproduction` goes through the whole paper, which
`gallery` shows as one page.
"""
