"""Coverage of each source by day and month, and gaps without statements."""
