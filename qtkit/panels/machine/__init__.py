"""`MachinePanel`: a trained network read with shots, faulty gates and faulty readout.

`panel` puts the widgets of `view` on the `model`, which reads on a background thread; `words` says what came of it.
"""
