"""Each kind of figure from stored results: loaded, its models chosen, what it lacks told in its title.

`accuracies`, `predictions` and `rewards` are the paper's Figures 5 to 14, `others` those that it does not have; `own`
and `agents` draw runs of one's own. `parts` is what they share.
"""
