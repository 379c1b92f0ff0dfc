from __future__ import annotations

import numpy as np
import pytest

from qtkit.plots.gallery import draw_gallery, gallery_items


def test_six_cannot_depend_on_the_angles():
    items = gallery_items(3, 2)
    assert [item.config for item in items] == list(range(1, 13))
    assert {item.config for item in items if not item.depends} == {1, 3, 4, 6, 9, 12}
    assert all((item.effective > 0) == item.depends for item in items)


def test_the_still_picture_shows_which_move():
    figure = draw_gallery(2, 2, n_draws=4)
    assert len(figure.axes) == 12
    for number, axes in enumerate(figure.axes, start=1):
        heights = np.array([bar.get_height() for bar in axes.patches]).reshape(4, 4)
        assert (np.ptp(heights, axis=0).max() < 1e-6) == (number in (1, 3, 4, 6, 9, 12))
        marked = any(text.get_text() == "cannot depend on Θ" for text in axes.texts)
        assert marked == (number in (1, 3, 4, 6, 9, 12))


def test_bad_sizes_are_refused():
    with pytest.raises(ValueError, match="n_draws"):
        draw_gallery(n_draws=0)
    with pytest.raises(ValueError, match="n_qubits"):
        draw_gallery(0)
