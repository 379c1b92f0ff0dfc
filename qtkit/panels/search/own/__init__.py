"""The search panel of a task of one's own."""
