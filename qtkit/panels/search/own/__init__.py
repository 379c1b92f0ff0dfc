"""The search panel of a task of one's own.

`model`, `view`, `form` and `presets` are what differs from images; the panel itself is that of `qtkit.panels.search`.
"""
