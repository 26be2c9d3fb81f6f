"""Texts compared: fingerprints, differences, passages."""
