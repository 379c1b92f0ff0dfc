"""How far texts stand out from what they stand on, as WCAG 2 defines it, for scripts in a page."""

from __future__ import annotations

COLOURS = """
    const parts = colour => {  // red, green and blue from 0 to 255, and the opacity where it is told
        const [r, g, b, ...opacity] = colour.match(/[0-9.]+/g).map(Number);
        return [...[r, g, b].map(c => colour.startsWith('color(') ? 255 * c : c), ...opacity];
    };
    const luminance = colour => colour.slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const contrast = (one, other) => {
        const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const isClear = element => /rgba.* 0\\)|transparent/.test(getComputedStyle(element).backgroundColor);
"""
"""To stand at the beginning of a function's body: `parts` of a CSS colour, the `contrast` of two, `isClear`."""
