"""ftlint's own rules: an ordinary plugin package, found by its `ftlint.rules` entry point."""
