"""From bit strings and probabilities to weights: `linear` is equation 4, `models` are other mappings.

`reading` is what the mapping sees of a probability; `sizes` counts.
"""
