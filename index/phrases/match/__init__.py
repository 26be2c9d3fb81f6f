"""Which documents of a segment match a query, and where."""
