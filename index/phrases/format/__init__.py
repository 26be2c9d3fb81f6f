"""The data structures of a phrase column, in memory and on disk."""
