"""What passed: the lock of an approved training, the manifest of a run, the log of who did what."""
