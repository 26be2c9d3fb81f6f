"""Texts as the catalogue stores them: compressed in their rows."""
