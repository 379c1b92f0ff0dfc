"""The target network: `network` takes its parameters away, so that each call brings generated ones.

`parameter_names` tells which, `roads` all the other places where a network holds them; `flat_weights` and `recomputing`
are two that PyTorch has.
"""
