"""Whose words a quotation is, what was changed in it and what its dots hide."""
