"""Archived pages, shown as they were: another origin, no script, nothing fetched."""
