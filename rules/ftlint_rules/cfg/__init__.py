"""Rules of a training config alone."""

BESIDE_DATA = True
