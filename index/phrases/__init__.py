"""The phrase column: exact phrases, nearness and words over numpy arrays in one mapped file."""
