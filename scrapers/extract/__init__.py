"""Extract statements from documents: fields, dates, signatories."""
