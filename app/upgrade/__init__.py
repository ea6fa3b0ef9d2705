"""Filled books brought to a new version of the scheme, in place."""
