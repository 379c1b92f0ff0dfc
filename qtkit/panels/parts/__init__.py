"""Parts that panels of every kind are built of: widgets, a live figure, shared scripts and styles."""
