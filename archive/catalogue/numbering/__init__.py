"""Numbers of our own for what arrives in a catalogue."""
