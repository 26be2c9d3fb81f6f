"""Watches: which saved queries, quotations and sources a change concerns, and alerts of it."""
