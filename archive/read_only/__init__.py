"""Read an archive that cannot be written to."""
