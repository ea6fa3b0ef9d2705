"""A filled book brought to a new version of its scheme, in place: only our own pieces of the package change."""
