"""Capture pages by their addresses."""
