"""The playground: a circuit writes a small network, and trains, in the page alone.

`playground.js` is the page, `training.js` what it trains, by `generator.js`, `network.js` and `adam.js`. `panel` shows
it in a notebook, `page` without one, and `model` is what Python is given: the very `QuantumTrain` that was trained.
"""
