"""Texts to the arrays of a phrase column."""
