"""The compiled backend: `ensembles` is the weighted sum of circuits on the CPU and its gradient, by `kernels`.

`passes` runs circuits of one structure, `stepwise` those of any gates, `recomputed` does with less memory; `tabulated`
writes circuits down as the numbers that kernels read.
"""
