"""Read captures in sandboxes, ahead of recording where several are read."""
