"""Align a quotation with a stored text: edits, omissions, verdict."""
