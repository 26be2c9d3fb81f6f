"""Pages that no source describes: their main text, titles and links."""
