"""Segments stored through Whoosh: codec, column, writer, index folder."""
