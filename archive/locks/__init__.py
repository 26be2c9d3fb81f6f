"""Locks between processes: who may add to an archive, who must be alone, whose turn the log is."""
