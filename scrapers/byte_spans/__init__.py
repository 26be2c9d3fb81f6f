"""Map characters of a statement's text to the bytes of the captured page."""
