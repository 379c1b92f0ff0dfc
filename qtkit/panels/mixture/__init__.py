"""`MixturePanel`: mix candidates by hand and see the distribution and the weights.

`model` holds what is set and simulates the candidates, `panel` hands them to the page; of `mixture.js`, `weights.js`
has the sliders and `pictures.js` what they move.
"""
