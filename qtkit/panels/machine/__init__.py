"""`MachinePanel`: a trained network read with shots, faulty gates and faulty readout."""
