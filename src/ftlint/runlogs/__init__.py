"""Log containers to `RunLog`: one module per writer."""
