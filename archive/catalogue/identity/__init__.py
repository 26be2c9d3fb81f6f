"""Which statement a page is that no source reads."""
