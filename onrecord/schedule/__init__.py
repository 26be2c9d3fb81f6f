"""When each source is visited, and how the machine is told to do so."""
