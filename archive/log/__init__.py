"""The log that its own keeper cannot quietly change: entries, tree, checkpoints, keys, time."""
