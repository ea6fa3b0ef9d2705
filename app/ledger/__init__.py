"""`tianbao import`: an office's existing ledger goes into a unit's book, a person having the last word."""
