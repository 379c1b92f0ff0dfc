"""`SearchPanel`: an architecture search on images, live; in `own/`, on a task of one's own.

`panel` puts the widgets of `view` on the `model`; `form` has the settings as controls, `presets` ready-made ones, and
`stops` tells when a run ends by itself.
"""
