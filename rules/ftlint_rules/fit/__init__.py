"""Rules of a config against data, model, hardware, serving and baseline."""

BESIDE_DATA = True
