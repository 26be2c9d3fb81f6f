"""Split quotations and stored texts into words, sentences and marks."""
