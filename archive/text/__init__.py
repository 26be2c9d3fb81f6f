"""Compare texts: fingerprints, differences, passages."""
