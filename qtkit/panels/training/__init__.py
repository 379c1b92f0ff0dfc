"""What the panels of all trainings share: a session of runs on a thread, the model, the widgets, and their words."""
