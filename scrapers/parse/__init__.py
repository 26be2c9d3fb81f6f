"""Bytes to documents: charset, HTML, JSON, feeds, and their plain text."""
