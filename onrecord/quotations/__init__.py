"""Check quotations against the archive and report the results: JSON, terminal, HTML."""
