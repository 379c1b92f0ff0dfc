"""The playground: a circuit writes a small network, and trains, in the page alone."""
