"""Propose a source for a site, and try a source on a page."""
