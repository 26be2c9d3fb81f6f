"""Parts of a query: its marks and words, and whether what it names exists."""
