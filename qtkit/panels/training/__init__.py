"""What the panels of all trainings share: a session of runs on a thread, the model, the widgets, and their words.

`session` knows settings and runs, `thread` trains, `model` adds what is shown, `view` and `form` are its widgets and
`panel` the whole. `words` says how a run stands, `code` writes settings as Python, `saving` stores what was trained.
"""
