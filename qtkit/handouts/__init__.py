"""Handouts made from the course's notebooks: for students, for the lecturer, for nbgrader and Otter."""
