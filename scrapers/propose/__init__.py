"""Propose a source for a site that has none: survey it, learn selectors, write TOML."""
