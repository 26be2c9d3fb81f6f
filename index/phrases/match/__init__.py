"""Match a query against one segment: which documents, and at which positions."""
