"""Base against tuned: predictions, metrics, paired statistics, a verdict."""
