"""An office's own ledger understood: where its header is, which column is which field, which rows are records."""
