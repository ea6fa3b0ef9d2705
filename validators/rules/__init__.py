"""Rule kinds: one module per kind, each with its parameters as a model and one pure function."""
