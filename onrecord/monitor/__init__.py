"""Monitoring: health of the sources and of the archive, and coverage by day."""
