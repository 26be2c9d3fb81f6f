"""Are the sources and the archive well, and what is covered."""
