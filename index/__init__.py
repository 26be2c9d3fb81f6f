"""Search: words, phrases, quotations. Imports archive."""
