"""The reading room: web pages, an API and replay of one archive, read-only."""
