"""Parts that panels of every kind are built of: widgets, a live figure, shared scripts and styles.

`widgets` has fields, messages and buttons, `live_figure` a figure in one batch of changes a draw, `front_end` the
requests of pages, `background` and `later` work on threads. `simulation.js` and `mapping.js` compute in the page,
without a kernel.
"""
