"""Rules of training logs."""

BESIDE_DATA = True
