"""The dates that a page states: in JSON-LD, in its markup, and in print."""
