"""Between books and store: reading, matching, accepting, answering. Imports validators."""
