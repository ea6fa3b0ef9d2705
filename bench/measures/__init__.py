"""One module per measure; each has `run(options) -> list[Line]`."""
