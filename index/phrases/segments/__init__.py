"""Segments as Whoosh sees them: codec, column, writer, index folder."""
