"""Schedule: when each source is visited, and the timer that calls `onrecord run`."""
