"""Statements for their readers: search, cite, compare, timeline."""
