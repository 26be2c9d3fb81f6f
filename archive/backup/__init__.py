"""Copy an archive while others write to it."""
