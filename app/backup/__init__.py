"""Backups: everything an office cannot get back from anywhere else in one dated file, and the way back from it."""
