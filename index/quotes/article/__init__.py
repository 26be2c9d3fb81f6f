"""The quotations of an article, and to whom it attributes each."""
