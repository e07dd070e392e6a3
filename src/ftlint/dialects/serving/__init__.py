"""Parts of `ftlint.dialects.serve`: commands that start an engine, the files that hold them, their keys."""
