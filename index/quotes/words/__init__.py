"""Quotations and stored texts as words, sentences and marks."""
