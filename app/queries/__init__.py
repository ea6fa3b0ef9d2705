"""What pages and API ask of an office, answered as values: one definition for HTML and JSON."""
