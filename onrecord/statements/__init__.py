"""Present statements to readers: search, cite, compare, timeline."""
