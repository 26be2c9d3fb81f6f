"""Which bytes of a captured page hold the characters of a statement."""
