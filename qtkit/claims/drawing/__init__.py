"""Each kind of figure from stored results: loaded, its models chosen, what it lacks told in its title."""
