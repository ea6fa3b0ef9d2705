"""The definition language: what a policy is as data. Loaded and checked in `load.py`, all mistakes at once."""
