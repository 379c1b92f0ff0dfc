"""From circuits to the weights of a network: the search, the mapping, and the module that puts them together.

`diffqas` adds up candidates, `reading` is what the mapping sees of a probability, `mapping` turns it into weights
(equation 4), `quantum_train` is the whole; `compiled` does the same without autograd, `machine` on an imperfect quantum
computer, `counts` tells the sizes.
"""
