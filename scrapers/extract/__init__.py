"""Documents to statements: the fields that a source names, dates, signatories."""
