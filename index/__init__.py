"""Finding: words, phrases, quotations. Imports archive."""
