"""A captured response to all that it contains: links, statements, visible text."""
