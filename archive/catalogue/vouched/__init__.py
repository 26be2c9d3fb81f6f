"""The catalogue compared with what the log vouches for: the whole of it, or one statement."""
