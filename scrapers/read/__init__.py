"""Read a captured response: its links, statements and visible text."""
