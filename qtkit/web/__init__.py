"""Scripts and style sheets: how a panel's or a page's files become one, and what panels and pages share.

`bundle` joins them, without any build step; `reach.js` lets keys scroll what is wider than its place.
"""
