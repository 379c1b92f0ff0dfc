"""Handouts made from the course's notebooks: for students, for the lecturer, for nbgrader and Otter.

`exercises` reads the notebooks; `student`, `lecturer` and `graders` make the three copies, and `writing` puts them into
a folder. `secret` is the lecturer's key, which everyone's own numbers follow from.
"""
