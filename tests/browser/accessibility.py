"""What a page must keep so that it is read on a telephone, by keyboard, and by a screen reader; nothing is downloaded.

Rules of WCAG 2.1 AA that a script can see. `QTKIT_AXE=/path/to/axe.min.js` runs axe-core's own rules too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.contrast import COLOURS

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Each returns what breaks it, as texts.
RULES = {
    "every image is described": """() => [...document.images]
        .filter(image => !image.alt.trim() || image.alt.startsWith('No description'))
        .map(image => image.outerHTML.slice(0, 60))""",
    "no header is empty": """() => [...document.querySelectorAll('th')]
        .filter(cell => !cell.textContent.trim()).map(cell => cell.closest('table').innerText.slice(0, 60))""",
    "links differ by more than colour": """() => [...document.querySelectorAll('p a[href], li a[href]')]
        .filter(link => getComputedStyle(link).textDecorationLine !== 'underline').map(link => link.outerHTML)""",
    "headings go down one step at a time": """() => {
        const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(h => h.getClientRects().length);
        const level = h => Number(h.getAttribute('aria-level') ?? h.tagName[1]);
        return levels.filter((h, i) => i && level(h) > level(levels[i - 1]) + 1).map(h => h.outerHTML);
    }""",
    "text has a contrast of 4.5": f"() => {{ {COLOURS}"
    """
        const ground = element => {
            for (let at = element; at; at = at.parentElement) {
                const colour = parts(getComputedStyle(at).backgroundColor);
                if (colour.length === 3 || colour[3] > 0.99) return colour;
            }
            return [255, 255, 255];
        };
        const wrong = new Set();
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!/\\w\\w/.test(walker.currentNode.data) || !element.getClientRects().length) continue;
            if (element.closest('svg, math, script, style, .js-plotly-plot, .anchor-link, :disabled')) continue;
            const look = getComputedStyle(element), above = ground(element);
            let opacity = 1;
            for (let at = element; at; at = at.parentElement) opacity *= getComputedStyle(at).opacity;
            const own = parts(look.color).slice(0, 3).map((c, i) => c * opacity + above[i] * (1 - opacity));
            const ratio = contrast(own, above);
            const size = parseFloat(look.fontSize), large = size >= 24 || (size >= 18.66 && look.fontWeight >= 700);
            if (ratio < (large ? 3 : 4.5)) wrong.add(`${ratio.toFixed(2)} ${element.outerHTML.slice(0, 90)}`);
        }
        return [...wrong];
    }""",
    "what scrolls is reached by keyboard": """() => [...document.querySelectorAll('body *')].filter(element => {
        const look = getComputedStyle(element);
        if (!['auto', 'scroll'].includes(look.overflowX) || !element.getClientRects().length) return false;
        if (element.scrollWidth <= element.clientWidth + 1) return false;
        return element.tabIndex < 0 && !element.querySelector('a[href], button, input, summary, [tabindex="0"]')
            && !element.closest('[tabindex="0"]');
    }).map(element => element.outerHTML.slice(0, 90))""",
    "nothing is cut": """() => [...document.querySelectorAll('body *')].filter(element => {
        const box = element.getBoundingClientRect();
        if (!box.width || !box.height || box.right <= innerWidth + 1) return false;
        for (let above = element.parentElement; above; above = above.parentElement)
            if (['auto', 'scroll'].includes(getComputedStyle(above).overflowX)) return false;
        return true;
    }).map(element => element.outerHTML.slice(0, 90))""",
}


def broken_rules(page: Page) -> dict[str, list[str]]:
    """The rules that the page as it stands breaks, and where; axe-core's violations too if `QTKIT_AXE` names it.

    Raises:
        FileNotFoundError: if `QTKIT_AXE` names no file.
    """
    found: dict[str, list[str]] = {name: page.evaluate(rule)[:5] for name, rule in RULES.items()}
    axe = os.environ.get("QTKIT_AXE")
    if axe:
        page.evaluate(Path(axe).read_text(encoding="utf-8"))
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        for violation in result["violations"]:
            found[f"axe: {violation['help']}"] = [node["html"][:120] for node in violation["nodes"][:5]]
    return {name: places for name, places in found.items() if places}
