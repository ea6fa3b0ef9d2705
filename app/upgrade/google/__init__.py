"""Books that are spreadsheets of a service: one atomic batch among people who edit, then what is keyed by columns."""
