"""Captures, statements, versions, proofs, citations. Imports no other package of OnRecord."""
