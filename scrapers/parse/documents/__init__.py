"""Feeds and their items, JSON documents, and the visible text of any document."""
