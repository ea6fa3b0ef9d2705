"""Books in a folder: the file is changed in memory, proven, and exchanged."""
