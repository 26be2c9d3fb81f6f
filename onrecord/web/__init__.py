"""The reading room: web pages, an API and replay over one archive, read only."""
