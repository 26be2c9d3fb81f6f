"""Find the quotations in an article, and to whom it attributes each."""
