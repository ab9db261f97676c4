"""The case: what it is, what may happen to it, and when it wants attention next."""
