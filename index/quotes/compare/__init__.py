"""A quotation aligned with a stored text: edits, omissions, verdict."""
