"""What differs between two versions of a dataset: each is scanned once, then their rows are matched."""
