"""Look up and fetch captures in other web archives (CDX, Memento)."""
