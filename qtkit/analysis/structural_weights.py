"""What structural weights say that does not hang on their scale and sign: `weight_shares`, `weights_in_effect`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def weights_in_effect(weights: npt.ArrayLike, mapping_weight: float) -> Floats:
    """What a unit of each candidate's probability adds to a generated weight: `w` times the mapping's last weight.

    The mapping is linear in the mixture (equation 4), so only this product is in the network: `w → -2w` with the
    mapping's last weight divided by -2 is the same network. That holds for `weighting="raw"` with P or 2ⁿP - 1, not
    with a tanh between, nor for a softmax, whose weights have a scale.

    Arguments:
        weights: structural weights `(..., N)`.
        mapping_weight: the mapping's weight of the probability, the last of its n + 1.
    """
    return np.asarray(weights, dtype=np.float64) * mapping_weight


def weight_shares(weights: npt.ArrayLike, groups: Iterable[Sequence[int]] | None = None) -> Floats:
    """Each candidate's share `|w_j| / Σ|w|` of the structural weights `(..., N)`: `(..., groups)`, sums to 1.

    It does not change with the scale and the sign of all weights, which the mapping takes back. Equal circuits act by
    the sum of their weights alone, so these are added before the sign is dropped.

    Arguments:
        weights: `(..., N)`.
        groups: places of equal candidates, as `qtkit.analysis.equal_circuits` gives them; without, all are distinct.

    Raises:
        ValueError: if all weights are 0, so that there is nothing to share.
    """
    weights = np.asarray(weights, dtype=np.float64)
    places = [[place] for place in range(weights.shape[-1])] if groups is None else [list(group) for group in groups]
    sizes = np.abs(np.stack([weights[..., group].sum(axis=-1) for group in places], axis=-1))
    whole = sizes.sum(axis=-1, keepdims=True)
    if not whole.all():
        raise ValueError("all structural weights are 0: they have no shares")
    shares: Floats = sizes / whole
    return shares
