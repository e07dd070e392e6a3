"""Rules of training logs."""

BESIDE_DATA = True
OF_LOGS = True
