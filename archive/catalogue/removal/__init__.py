"""Remove captures from the catalogue alone, with all that mentions them."""
