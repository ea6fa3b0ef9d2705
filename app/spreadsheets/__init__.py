"""Unit books as Google spreadsheets: finding, building and looking after them. Calls go through `sync.backends.google`."""
