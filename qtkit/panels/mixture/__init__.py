"""`MixturePanel`: mix candidates by hand and see the distribution and the weights."""
