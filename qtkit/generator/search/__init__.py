"""Which circuit: `diffqas` adds up all candidates with trainable weights, `layerwise` chooses each layer apart.

`weighting` and `choosing` make a mixture of the weights, `winners` tells which candidates are preferred, `pruning`
takes others out.
"""
