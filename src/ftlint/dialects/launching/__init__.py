"""Command lines and calls that carry training arguments, found in scripts, code and notebooks."""
