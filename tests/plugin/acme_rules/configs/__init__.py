"""Rules of training configs: not loaded for a run without one."""

BESIDE_DATA = True
