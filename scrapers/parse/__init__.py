"""Parse bytes into documents: charset, HTML, JSON, feeds, and their plain text."""
